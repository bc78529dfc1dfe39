import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type AttackWorld, openAttackWorld } from './attack-world.ts'
import { fuzzRoute } from './fuzz.ts'
import { routesOnDisk } from './routes-on-disk.ts'

/** One test per route on disk, each with so many random requests. */
export async function describeFuzz(runs: number): Promise<void> {
  const routes = await routesOnDisk()
  const lines: string[] = []
  const served: string[] = []
  let world: AttackWorld
  beforeAll(async () => {
    for (const level of ['info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
        lines.push(words.join(' '))
      })
    }
    world = await openAttackWorld()
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await world.close()
  })

  test.each(routes.map((route) => [route.name, route] as const))(
    'whatever %s is sent, it answers with a code and tells nothing of its insides',
    async (name, route) => {
      const { statuses, secrets } = await fuzzRoute(world, route, runs)
      const text = lines.splice(0).join('\n')
      for (const secret of secrets) expect(text).not.toContain(secret)
      expect(text).not.toContain('"level":"error"')
      if ([...statuses.keys()].some((status) => status < 300)) served.push(name)
    },
  )

  test('the requests are good enough to be served by most routes', () => {
    expect(served.length).toBeGreaterThan(routes.length / 2)
  })
}
