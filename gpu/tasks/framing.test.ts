import { expect, it } from 'vitest'
import {
  frameTimes,
  lumaPsnr,
  packetDigest,
  picture,
  SHARED_DIR,
  shared,
  streamFields,
  tone,
  X264,
} from '#gpu/testing/clips.ts'
import { testContext } from '#gpu/testing/task-context.ts'
import { clip, expectSameTimes } from '#gpu/testing/upscale.ts'
import { FramingParams } from '#lib/contracts/tasks/render.ts'
import { framing } from './framing.ts'
import type { TaskContext } from './task-handler.ts'

async function frame(input: string, params: object, overrides: Partial<TaskContext> = {}) {
  const context = await testContext(input, overrides)
  const made = await framing(FramingParams.parse({ output_width: 90, output_height: 160, ...params }), context)
  return { ...made, video: made.files.video ?? '' }
}
const still = [{ frame: 0, x: 20, y: 0, width: 54, height: 96 }]

it('keeps every time of a variable frame rate, and the sound as it was', async () => {
  const times = 'settb=1/90000,setpts=(N+0.7*mod(N\\,3)/3+if(gt(N\\,8)\\,11.3\\,0))/25/TB'
  const rate = ['-fps_mode', 'passthrough', '-enc_time_base', '1:90000', '-video_track_timescale', '90000']
  const input = await clip(
    'vfr.mp4',
    ...picture('128x96', 20),
    ...tone(1),
    '-vf',
    times,
    ...rate,
    ...X264,
    '-bf',
    '2',
    '-c:a',
    'aac',
  )
  const gaps = await frameTimes(input)
  expect(new Set(gaps.slice(1).map((time, i) => Math.round((time - (gaps[i] ?? 0)) * 1000))).size).toBeGreaterThan(2)
  const { video, stats } = await frame(input, { crop_keyframes: still })
  await expectSameTimes(input, video, 20)
  expect(await packetDigest(video, 'a:0')).toBe(await packetDigest(input, 'a:0'))
  expect(stats).toMatchObject({ frames_in: 20, frames_out: 20, output_resolution: '90x160', encoder: 'libx264' })
})

it('takes a phone’s film: HEVC in MOV, turned, of variable rate, with a late start', async () => {
  const times = 'settb=1/600,setpts=(N*20+mod(N*7\\,5)+30)/600/TB'
  const rate = ['-fps_mode', 'passthrough', '-enc_time_base', '1:600', '-video_track_timescale', '600']
  const hevc = [
    '-c:v',
    'libx265',
    '-x265-params',
    'log-level=error',
    '-preset',
    'ultrafast',
    '-tag:v',
    'hvc1',
    '-pix_fmt',
    'yuv420p',
  ]
  const upright = await clip(
    'upright.mov',
    ...picture('160x90', 24, 30),
    ...tone(0.8),
    '-vf',
    times,
    ...rate,
    ...hevc,
    '-c:a',
    'aac',
  )
  const input = await clip(
    'phone.mov',
    '-i',
    upright,
    '-c',
    'copy',
    '-video_track_timescale',
    '600',
    '-metadata:s:v:0',
    'rotate=90',
  )
  const { video, stats } = await frame(input, { crop_keyframes: [{ frame: 0, x: 0, y: 0, width: 90, height: 160 }] })
  expect(stats).toMatchObject({ input_resolution: '90x160', output_resolution: '90x160', frames_out: 24 })
  await expectSameTimes(input, video, 24)
  // ffmpeg turns what it decodes, so both are upright here.
  expect(await lumaPsnr(video, input)).toBeGreaterThan(35)
})

it('shows a crop of another shape whole, on a fill that is not black', async () => {
  const input = await clip('in.mp4', ...picture('128x96', 3), ...X264)
  const { video } = await frame(input, { crop_keyframes: [{ frame: 0, x: 0, y: 0, width: 128, height: 96 }] })
  const inside = await clip('inside.mp4', '-i', video, '-vf', 'crop=90:64:0:48', '-c:v', 'libx264', '-qp', '0')
  const shown = await clip(
    'shown.mp4',
    '-i',
    input,
    '-vf',
    'scale=90:68:flags=lanczos,crop=90:64:0:2',
    '-c:v',
    'libx264',
    '-qp',
    '0',
  )
  expect(await lumaPsnr(inside, shown)).toBeGreaterThan(25)
})

it('encodes HEVC and AV1', async () => {
  const input = await clip('in.mp4', ...picture('128x96', 4), ...X264)
  for (const codec of ['hevc', 'av1']) {
    const { video } = await frame(input, { crop_keyframes: still, codec, quality: 'low' })
    expect(await streamFields(video, 'v:0', 'codec_name')).toEqual({ codec_name: codec })
  }
})

const REAL = [
  'data/video/containers/mediabunny/rotate-buck-bunny.mp4',
  'data/video/containers/mediabunny/no-correct-videoframe-format.mov',
  'data/video/containers/torchcodec/testsrc2_odd_dims_10bit.mp4',
  'data/video/containers/torchcodec/sine_stereo_mp2.mpg',
  'data/video/sports/portrait_sample_football.mp4',
]
it.for(REAL)('handles %s', async (name, { skip }) => {
  const input = shared(name)
  if (input === undefined) return skip(`no clips in ${SHARED_DIR}`)
  const { video, stats } = await frame(input, { crop_keyframes: still, quality: 'low' })
  expect(await frameTimes(video)).toHaveLength(stats.frames_in)
})
