import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAll } from '#lib/local/up.ts'
import { TEST_PORTS } from './test-stack.ts'

/**
 * Builds if the sources changed, then starts everything on its own ports with nothing stored yet. Returns the teardown. With E2E_WEB
 * set the tests run against a stack that is already there (its other addresses: E2E_S3, E2E_RUNPOD, E2E_STRIPE, E2E_MAIL).
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  if (process.env.E2E_WEB) return async () => {}
  const dir = await mkdtemp(join(tmpdir(), 'reelballers-e2e-'))
  const stack = await startAll({ ports: TEST_PORTS, dir, report: (line) => console.log(`  ${line}`) })
  // The tests run in processes that are started from here on, and inherit these.
  for (const [name, url] of Object.entries(stack.urls)) process.env[`E2E_${name.toUpperCase()}`] = url
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
