import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAll } from '#lib/local/up.ts'
import { TEST_PORTS } from './test-stack.ts'

/** Builds if the sources changed, then starts everything on its own ports with nothing stored yet. Returns the teardown. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'reelballers-e2e-'))
  const stack = await startAll({ ports: TEST_PORTS, dir, report: (line) => console.log(`  ${line}`) })
  // Every value the parts were started with, for tests that talk to one of them (the mailbox, Stripe's controls).
  process.env.E2E_ENV = JSON.stringify(stack.env)
  let stopping = false
  void stack.failed.then((reason) => {
    if (!stopping) console.error(`The stack stopped: ${reason}`)
  })
  return async () => {
    stopping = true
    await stack.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
