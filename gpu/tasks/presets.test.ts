import { expect, it } from 'vitest'
import { frameTimes, picture, streamFields, tone, X264 } from '#gpu/testing/clips.ts'
import { lumaFrames } from '#gpu/testing/render.ts'
import { testContext } from '#gpu/testing/task-context.ts'
import { clip } from '#gpu/testing/upscale.ts'
import { AnnotateParams, OverlayParams } from '#lib/contracts/tasks/render.ts'
import { annotate } from './annotate.ts'
import { overlay } from './overlay.ts'

const SIZE = { width: 128, height: 96 }

it('overlay darkens around the player while the region lasts, and leaves other frames alone', async () => {
  const input = await clip('grey.mp4', '-f', 'lavfi', '-i', 'color=c=gray:s=128x96:r=25:d=0.4', ...X264)
  const region = { start_frame: 3, end_frame: 7, x: 64, y: 48, radius_x: 20, radius_y: 15 }
  const params = OverlayParams.parse({ highlight_regions: [region], effect_type: 'spotlight' })
  const { files, stats } = await overlay(params, await testContext(input))
  expect(stats).toMatchObject({ frames_out: 10, output_resolution: '128x96' })
  const frames = await lumaFrames(files.video ?? '', SIZE)
  const at = (x: number, y: number) => frames.map((luma) => luma[y * SIZE.width + x] ?? 0)
  const plain = at(64, 48)[0] ?? 0
  expect(at(64, 48).every((value) => Math.abs(value - plain) <= 2)).toBe(true)
  expect(at(4, 4).map((value) => value < 0.6 * plain)).toEqual(plain ? at(4, 4).map((_, n) => n >= 3 && n < 7) : [])
})

it('annotate makes a reel whose chapters are its clips', async () => {
  const input = await clip('in.mp4', ...picture('128x96', 50), ...tone(2), ...X264, '-c:a', 'aac')
  const clips = [
    { start_time: 1, end_time: 1.4, label: 'Goal; 1=0', rating: 5 },
    { start_time: 0.2, end_time: 0.4, label: 'Save', notes: 'left hand' },
  ]
  const { files, result } = await annotate(AnnotateParams.parse({ clips, burn_labels: true }), await testContext(input))
  expect(await frameTimes(files.video ?? '')).toHaveLength(15)
  expect(result).toEqual({
    clips: [
      { output: 'video', label: 'Goal; 1=0', rating: 5, start_frame: 25, end_frame: 35, start_time: 0, end_time: 0.4 },
      { output: 'video', label: 'Save', rating: null, start_frame: 5, end_frame: 10, start_time: 0.4, end_time: 0.6 },
    ],
  })
  // The titles are a text track of their own.
  expect(await streamFields(files.video ?? '', 'd:0', 'codec_tag_string')).toEqual({ codec_tag_string: 'text' })
})
