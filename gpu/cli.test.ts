import { spawn } from 'node:child_process'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { WorkerOutput } from '#lib/contracts/worker.ts'
import { ffmpeg, picture, X264 } from './testing/clips.ts'
import { testFolder } from './testing/task-context.ts'

interface Ended {
  readonly code: number | null
  readonly output: WorkerOutput
  readonly log: string
}

/** Runs the command line with its folder of temporary files in `work`. */
function cli(
  args: string[],
  work: string,
  onLog: (log: string, stop: () => void) => void = () => undefined,
): Promise<Ended> {
  const file = decodeURIComponent(new URL('./cli.ts', import.meta.url).pathname)
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, GPU_WORK_DIR: work, GPU_PROVIDERS: 'cpu', GPU_PROGRESS_INTERVAL_S: '0.01' },
  })
  let [stdout, log] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    log += chunk
    // Once: a second signal ends it at once, as a second Ctrl-C does.
    onLog(log, () => child.killed || child.kill('SIGTERM'))
  })
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, log, output: WorkerOutput.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')) })
    })
  })
}

async function makeInput(dir: string, size: string, frames: number): Promise<string> {
  const path = join(dir, 'in.mp4')
  await ffmpeg(...picture(size, frames), ...X264, path)
  return path
}

it('enlarges a file, reports the worker’s JSON last and leaves only the result', async () => {
  const [dir, work] = [await testFolder(), await testFolder()]
  const target = join(dir, 'out.mp4')
  const params = JSON.stringify({ model: 'reelsr-fast', scale: 2 })
  const { code, output, log } = await cli(
    ['upscale', '--input', await makeInput(dir, '64x48', 10), '--output', target, '--params', params],
    work,
  )
  expect(code).toBe(0)
  expect(output).toMatchObject({
    status: 'completed',
    outputs: { video: { bytes: (await stat(target)).size } },
    stats: { frames_out: 10, output_resolution: '128x96' },
  })
  expect(log).toMatch(/% process: Upscaling, frame \d+ of 10/)
  expect(await readdir(work)).toEqual([])
})

it.each([
  ['an unknown key', '{"sharpness":3}', 'params.sharpness'],
  ['a wrong value', '{"scale":3}', 'params.scale'],
  ['an unknown model', '{"model":"magic"}', 'params.model'],
])('names the key of %s', async (_name, params, field) => {
  const { code, output } = await cli(
    ['upscale', '--input', 'in.mp4', '--output', 'out.mp4', '--params', params],
    await testFolder(),
  )
  expect(code).toBe(1)
  expect(output).toMatchObject({ status: 'failed', error: { code: 'invalid_request', field, retryable: false } })
})

it('says what a bad file is and leaves nothing behind', async () => {
  const [dir, work] = [await testFolder(), await testFolder()]
  const input = join(dir, 'in.mp4')
  await writeFile(input, 'this is no video at all')
  const { code, output } = await cli(['upscale', '--input', input, '--output', join(dir, 'out.mp4')], work)
  expect(code).toBe(1)
  expect(output).toMatchObject({ status: 'failed', error: { code: 'unsupported_media', retryable: false } })
  expect([await readdir(work), await readdir(dir)]).toEqual([[], ['in.mp4']])
})

it('stops at SIGTERM and leaves nothing behind', async () => {
  const [dir, work] = [await testFolder(), await testFolder()]
  const input = await makeInput(dir, '320x240', 400)
  const { code, output } = await cli(
    ['upscale', '--input', input, '--output', join(dir, 'out.mp4')],
    work,
    (log, stop) => {
      if (log.includes('% process')) stop()
    },
  )
  expect(code).toBe(1)
  expect(output).toMatchObject({ status: 'failed', error: { code: 'canceled' } })
  expect([await readdir(work), await readdir(dir)]).toEqual([[], ['in.mp4']])
})
