import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readConfig } from '#gpu/config.ts'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'

/** A folder that is gone when the test ends. */
export async function testFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'reelballers-test-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** A task context on the CPU for one input file. */
export async function testContext(inputPath: string, overrides: Partial<TaskContext> = {}): Promise<TaskContext> {
  return {
    inputPath,
    tracksPath: undefined,
    workDir: await testFolder(),
    config: readConfig({}),
    backend: ortBackend('cpu', 1),
    wanted: new Set(['video']),
    quoted: undefined,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onLiveFrame: () => undefined,
    ...overrides,
  }
}
