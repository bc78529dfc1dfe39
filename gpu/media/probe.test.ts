import { expect, it } from 'vitest'
import { picture, X264 } from '#gpu/testing/clips.ts'
import { clip } from '#gpu/testing/upscale.ts'
import { frameRate } from './frame-rate.ts'
import { parseProbe, probeFile } from './probe.ts'

const ntsc = { num: 30_000, den: 1001 }
const clockTicks = { num: 90_000, den: 1 }

it.each([
  [240, 240],
  [1000, 1000],
  // One frame a tick of its clock: no rate that anything was filmed at.
  [90_000, 25],
])('of a file of %s frames a second it reckons with %s', async (claimed, expected) => {
  const input = await clip('in.mp4', ...picture('64x48', 45, claimed), ...X264, '-video_track_timescale', '90000')
  expect((await probeFile(input)).video.fps).toBe(expected)
})

it('takes the average rate, and the base rate where the average cannot be believed', () => {
  expect(frameRate(ntsc, { num: 60, den: 1 })).toBeCloseTo(29.97, 3)
  expect(frameRate(clockTicks, ntsc)).toBeCloseTo(29.97, 3)
  expect(frameRate({ num: 0, den: 1 }, ntsc)).toBeCloseTo(29.97, 3)
  expect([frameRate(clockTicks, clockTicks), frameRate(undefined, undefined)]).toEqual([25, 25])
})

it('reads a file whose title has line breaks of every kind', async () => {
  const title = 'final\u2028second half\u2029\r\nend "quoted" \\'
  const input = await clip('in.mp4', ...picture('64x48', 5), ...X264, '-metadata', `title=${title}`)
  expect(await probeFile(input)).toMatchObject({ width: 64, height: 48, durationS: 0.2 })
})

it.each(['', '{"streams": [', '{"streams": [{"index": "first"}]}'])(
  'says that headers told as %j are corrupt',
  (text) => {
    expect(() => parseProbe(text)).toThrow(expect.objectContaining({ code: 'corrupt_media' }))
  },
)
