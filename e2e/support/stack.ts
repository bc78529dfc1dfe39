import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Stack, startAll } from '#lib/local/up.ts'
import type { Cloud } from './cloud.ts'
import { ownPorts } from './test-stack.ts'

/** A whole cloud of one's own, for tests that kill its parts or need other time limits. Uses the build that is already there. */
export interface OwnStack extends Stack {
  cloud: Cloud
  /** Calls the reconciler now instead of waiting for the next tick. */
  reconcile(): Promise<void>
}

export async function startOwnStack(options: {
  /** Which of the own stacks this is: they have ports of their own. */
  stack: number
  env: Record<string, string>
  worker: boolean
}): Promise<OwnStack> {
  const dir = mkdtempSync(join(tmpdir(), 'reelballers-stack-'))
  const stack = await startAll({ ports: ownPorts(options.stack), dir, env: options.env, worker: options.worker })
  const { web, s3, runpod, stripe, mail } = stack.urls
  return {
    ...stack,
    cloud: { web, s3, runpod, stripe, mail },
    async stop() {
      await stack.stop()
      rmSync(dir, { recursive: true, force: true })
    },
    async reconcile() {
      const response = await fetch(`${web}/api/reconcile`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.env.RECONCILE_SECRET}` },
      })
      if (!response.ok) throw new Error(`reconcile: ${response.status} ${await response.text()}`)
    },
  }
}
