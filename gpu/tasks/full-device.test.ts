import { expect, it } from 'vitest'
import type { InferenceBackend } from '#gpu/inference/backend.ts'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import { picture, X264 } from '#gpu/testing/clips.ts'
import { testContext } from '#gpu/testing/task-context.ts'
import { clip, FAST } from '#gpu/testing/upscale.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { ExportParams } from '#lib/contracts/tasks/render.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { exportVideo } from './export.ts'
import type { TaskContext } from './task-handler.ts'
import { upscale } from './upscale.ts'

/** A device whose memory is taken: no machine can be relied on to have one. */
const full: InferenceBackend = {
  ...ortBackend('cpu', 1),
  open: () => Promise.reject(new AppError('out_of_memory', 'The device has no room for the network.')),
}
const exported = ExportParams.parse({ upscale: true, upscale_model: 'reelsr-fast', quality: 'low' })

it.each([
  ['upscale', (context: TaskContext) => upscale(UpscaleParams.parse(FAST), context)],
  ['export', (context: TaskContext) => exportVideo(exported, context)],
])('%s says that the device is full, not that the network failed', async (_name, run) => {
  const context = await testContext(await clip('in.mp4', ...picture('64x48', 5), ...X264), { backend: full })
  await expect(run(context)).rejects.toMatchObject({ code: 'out_of_memory' })
})
