import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { toWorkerError } from '#gpu/jobs/worker-error.ts'
import { detectScenes } from '#gpu/tasks/detect-scenes.ts'
import { ingest } from '#gpu/tasks/ingest.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { DetectScenesParams } from '#lib/contracts/tasks/detect-scenes.ts'
import type { Canary } from './hostile-files.ts'

const SECRET = 'the canary sings'
/** The tasks that meet a file first. */
export const TASKS: Record<string, (context: TaskContext) => Promise<unknown>> = {
  detect_scenes: (context) => detectScenes(DetectScenesParams.parse({}), context),
  ingest: (context) => ingest({}, context),
}

/** A web server and a file that nobody may touch. */
export async function canary(dir: string): Promise<Canary & { readonly requests: string[] }> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    response.end(SECRET)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const path = join(dir, 'canary.txt')
  await writeFile(path, SECRET)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, path, requests }
}

/** Pids of this process's children (Linux). */
export async function children(of = process.pid): Promise<number[]> {
  const stats = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  )
  return stats.flatMap((line) => {
    const match = /^(\d+) \(.*\) (\w) (\d+)/.exec(line)
    return match && Number(match[3]) === of && match[2] !== 'Z' ? [Number(match[1])] : []
  })
}

/** What became of a task: its error's code, or `done`; never an error without a code. */
export async function outcome(run: Promise<unknown>): Promise<string> {
  try {
    await run
    return 'done'
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    return toWorkerError(error).code
  }
}
