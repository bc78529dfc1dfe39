import { describe, expect, it } from 'vitest'
import { frameTimes, packetDigest, picture, SHARED_DIR, shared, streamFields, tone, X264 } from '#gpu/testing/clips.ts'
import { clip, expectSameTimes, upscaleFile } from '#gpu/testing/upscale.ts'

describe('times', () => {
  it('keeps a constant frame rate, copies the sound and reports what it counted', async () => {
    const input = await clip('in.mp4', ...picture('64x48', 25), ...tone(1), ...X264, '-bf', '2', '-c:a', 'aac')
    const { video, stats } = await upscaleFile(input)
    await expectSameTimes(input, video, 25)
    expect(await packetDigest(video, 'a:0')).toBe(await packetDigest(input, 'a:0'))
    expect(stats).toMatchObject({
      frames_in: 25,
      frames_out: 25,
      input_resolution: '64x48',
      output_resolution: '128x96',
      device: 'cpu',
      encoder: 'libx264',
    })
    expect([stats.duration_sec, stats.video_sec]).toEqual([1, 1])
    expect(stats.audio_sec).toBeCloseTo(1, 1)
  })

  it('keeps every time of a variable frame rate', async () => {
    const times = 'settb=1/90000,setpts=(N+0.7*mod(N\\,3)/3+if(gt(N\\,8)\\,11.3\\,0))/25/TB'
    const input = await clip(
      'vfr.mp4',
      ...picture('64x48', 20),
      '-vf',
      times,
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      '1:90000',
      ...X264,
      '-bf',
      '2',
      '-video_track_timescale',
      '90000',
    )
    const gaps = await frameTimes(input)
    expect(
      new Set(gaps.slice(1).map((time, index) => Math.round((time - (gaps[index] ?? 0)) * 1000))).size,
    ).toBeGreaterThan(2)
    const { video } = await upscaleFile(input)
    await expectSameTimes(input, video, 20)
  })

  it('keeps a start that is not zero', async () => {
    const input = await clip('late.mp4', ...picture('64x48', 10), '-vf', 'setpts=PTS+1.52/TB', ...X264)
    expect((await frameTimes(input))[0]).toBeCloseTo(1.52, 2)
    const { video } = await upscaleFile(input)
    await expectSameTimes(input, video, 10)
  })

  it('shows what an edit list shows, and no more', async () => {
    const full = await clip('full.mp4', ...picture('64x48', 50), ...tone(2), ...X264, '-g', '25', '-c:a', 'aac')
    const input = await clip('cut.mp4', '-ss', '0.52', '-i', full, '-c', 'copy')
    expect(Number((await streamFields(input, 'v:0', 'nb_frames')).nb_frames)).toBe(50)
    const { video, stats } = await upscaleFile(input)
    expect(stats.frames_in).toBeLessThan(50)
    await expectSameTimes(input, video, stats.frames_in)
  })

  it('starts at zero what a transport stream starts anywhere, sound in step', async () => {
    const input = await clip('in.ts', ...picture('64x48', 25), ...tone(1), ...X264, '-c:a', 'aac', '-f', 'mpegts')
    const { video } = await upscaleFile(input)
    const [before, after] = [await frameTimes(input), await frameTimes(video)]
    const shift = (before[0] ?? 0) - (after[0] ?? 0)
    expect(shift).toBeGreaterThan(1)
    expect(after.every((time, index) => Math.abs(time + shift - (before[index] ?? 0)) < 2e-5)).toBe(true)
    const start = async (path: string, stream: string) =>
      Number((await streamFields(path, stream, 'start_time')).start_time)
    const gap = async (path: string) => (await start(path, 'a:0')) - (await start(path, 'v:0'))
    expect(Math.abs((await gap(video)) - (await gap(input)))).toBeLessThan(0.03)
  })
})

const REAL = [
  'data/video/containers/torchcodec/test_non_zero_start.mp4',
  'data/video/containers/torchcodec/testsrc2_odd_dims_10bit.mp4',
  'data/video/containers/torchcodec/nasa_13013_rotated.mp4',
  'data/video/containers/mediabunny/avi_av1-aac.avi',
  'data/video/containers/mediabunny/mov_avc-eac3.mov',
]
it.for(REAL)('handles %s', async (name, { skip }) => {
  const input = shared(name)
  if (input === undefined) return skip(`no clips in ${SHARED_DIR}`)
  const { video, stats } = await upscaleFile(input)
  await expectSameTimes(input, video, stats.frames_in)
})
