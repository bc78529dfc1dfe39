import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { picture, tone, X264 } from '#gpu/testing/clips.ts'
import { childProcesses } from '#gpu/testing/render.ts'
import { testContext } from '#gpu/testing/task-context.ts'
import { clip } from '#gpu/testing/upscale.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { ExportParams } from '#lib/contracts/tasks/render.ts'
import { exportVideo } from './export.ts'

const PARAMS = ExportParams.parse({
  crop: { x: 30, y: 10, width: 200, height: 150 },
  clips: [
    { start_time: 2, end_time: 15, label: 'one' },
    { start_time: 0, end_time: 14, label: 'two' },
  ],
})
const input = () => clip('long.mp4', ...picture('320x240', 400), ...tone(16), ...X264, '-g', '50', '-c:a', 'aac')

/** Starts an export and does something once frames flow. Answers how it failed and what it left behind. */
async function interrupt(act: (stop: AbortController) => Promise<void>) {
  const stop = new AbortController()
  let acted: Promise<void> | undefined
  const context = await testContext(await input(), {
    signal: stop.signal,
    onProgress: ({ frame }) => {
      if (frame > 5) acted ??= act(stop)
    },
  })
  const error = await exportVideo(PARAMS, context).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  await acted
  const running = (await childProcesses()).filter(({ command }) => /ff(mpeg|probe)/.test(command))
  const files = (await readdir(context.workDir)).filter((name) => name.startsWith('pipe-'))
  return { error, running, files }
}

it.each([
  ['decoder', /showinfo/],
  ['encoder', /pipe:3 .*libx264/],
  ['decoder of the sound', /aresample/],
])('ends cleanly when the %s is killed', async (_name, pattern) => {
  let killed = 0
  const { error, running, files } = await interrupt(async () => {
    for (const { pid, command } of await childProcesses()) {
      if (!pattern.test(command)) continue
      process.kill(pid, 'SIGKILL')
      killed += 1
    }
  })
  // The sound's may have ended by itself before it could be killed; then nothing is wrong.
  if (killed > 0) expect(error).toBeInstanceOf(AppError)
  expect([running, files]).toEqual([[], []])
})

it('ends at once when it is canceled', async () => {
  let canceledAt = 0
  const { error, running, files } = await interrupt(async (stop) => {
    canceledAt = performance.now()
    stop.abort(new AppError('canceled', 'enough'))
  })
  const tookMs = performance.now() - canceledAt
  console.info(`canceled: all gone after ${tookMs.toFixed(0)} ms`)
  expect(error).toMatchObject({ code: 'canceled' })
  expect(tookMs).toBeLessThan(5000)
  expect([running, files]).toEqual([[], []])
})
