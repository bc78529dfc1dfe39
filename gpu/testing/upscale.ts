import { join } from 'node:path'
import { expect } from 'vitest'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { upscale } from '#gpu/tasks/upscale.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { ffmpeg, frameTimes } from './clips.ts'
import { testContext, testFolder } from './task-context.ts'

/** Quick to run: the small network, no denoising, a light encode. */
export const FAST = { model: 'reelsr-fast', scale: 2, denoise_strength: 0, quality: 'low' } as const

/** Upscales a file on the CPU. */
export async function upscaleFile(
  input: string,
  params: Partial<UpscaleParams> = {},
  overrides: Partial<TaskContext> = {},
) {
  const context = await testContext(input, overrides)
  const made = await upscale(UpscaleParams.parse({ ...FAST, ...params }), context)
  return { ...made, video: made.files.video ?? '', context }
}

/** Makes a clip in a folder of the test's own. */
export async function clip(name: string, ...args: string[]): Promise<string> {
  const path = join(await testFolder(), name)
  await ffmpeg(...args, path)
  return path
}

/** Frame times in and out are the same, to within the rounding of a printed microsecond. */
export async function expectSameTimes(input: string, output: string, count: number): Promise<void> {
  const [before, after] = [await frameTimes(input), await frameTimes(output)]
  expect(before).toHaveLength(count)
  expect(after.map((time, index) => Math.abs(time - (before[index] ?? Number.NaN)) < 2e-6)).toEqual(
    before.map(() => true),
  )
}
