import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { packetDigest, streamFields, tone } from '#gpu/testing/clips.ts'
import { frameNumbers, numberedFrames } from '#gpu/testing/numbered-frames.ts'
import { render, samples } from '#gpu/testing/render.ts'
import { clip } from '#gpu/testing/upscale.ts'
import type { Clip } from '#lib/contracts/tasks/render.ts'

const FPS = 25
const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i)
const cut = (start_time: number, end_time: number, label = 'clip'): Clip => ({ start_time, end_time, label })
const reel = (...clips: Clip[]) => ({ clips: { clips, mode: 'reel' as const, burnLabels: false } })

describe('frames', () => {
  it('are exactly those of the clips: late ones first, overlapping, twice, adjacent, to the end', async () => {
    const input = await numberedFrames(150, FPS)
    const clips = [cut(4.4, 5), cut(0.52, 1.2), cut(1, 1.4), cut(0.52, 1.2), cut(1.2, 1.24), cut(5.8, 99)]
    const { video, clips: made, stats } = await render(input, reel(...clips))
    const shown = [range(110, 125), range(13, 30), range(25, 35), range(13, 30), [30], range(145, 150)]
    expect(await frameNumbers(video)).toEqual(shown.flat())
    expect(made?.map(({ start_frame, end_frame }) => range(start_frame, end_frame))).toEqual(shown)
    expect(stats).toMatchObject({ frames_in: shown.flat().length, frames_out: shown.flat().length })
  })

  it('go into one file each when asked, every one from time zero', async () => {
    const input = await numberedFrames(75, FPS, ...tone(3))
    const clips = { clips: [cut(1, 1.2, 'a'), cut(0.4, 0.8, 'b')], mode: 'separate' as const, burnLabels: false }
    const { files, clips: made, context } = await render(input, { clips })
    expect(Object.keys(files)).toEqual(['clip-001', 'clip-002'])
    expect(await frameNumbers(files['clip-001'] ?? '')).toEqual(range(25, 30))
    expect(await frameNumbers(files['clip-002'] ?? '')).toEqual(range(10, 20))
    expect(made?.map(({ output, start_time, end_time }) => [output, start_time, end_time])).toEqual([
      ['clip-001', 0, 0.2],
      ['clip-002', 0, 0.4],
    ])
    expect((await streamFields(files['clip-002'] ?? '', 'v:0', 'start_time')).start_time).toBe('0.000000')
    expect((await readdir(context.workDir)).filter((name) => name.startsWith('pipe-'))).toEqual([])
  })

  it('of a program stream, which does not say its times, are found by decoding', async () => {
    const input = await numberedFrames(50, FPS)
    const stream = await clip('in.mpg', '-i', input, '-c:v', 'mpeg2video', '-qscale:v', '2', '-f', 'mpeg')
    const { stats, clips: made } = await render(stream, reel(cut(0.4, 0.8)))
    expect(made).toHaveLength(1)
    for (const { start_frame, end_frame } of made ?? []) {
      expect(start_frame).toBeGreaterThan(0)
      expect(end_frame - start_frame).toBe(stats.frames_out)
    }
    // This muxer leaves a frame out now and then.
    expect([9, 10]).toContain(stats.frames_out)
  })

  it('names the clip that lies past the end', async () => {
    const input = await numberedFrames(25, FPS)
    await expect(render(input, reel(cut(0, 0.5), cut(7, 8, 'Late goal')))).rejects.toMatchObject({
      code: 'clip_out_of_range',
      field: 'params.clips.1',
      message: expect.stringContaining('Late goal'),
    })
  })
})

/** Starts of the loud places, in seconds. */
function clicksIn(sound: Float32Array): number[] {
  const found: number[] = []
  for (const [at, value] of sound.entries()) {
    if (Math.abs(value) > 0.25 && at / 48_000 - (found.at(-1) ?? -1) > 0.1) found.push(at / 48_000)
  }
  return found
}

it('keeps sound on its picture through fifty cuts', async () => {
  const click = "aevalsrc='if(lt(mod(t,1),0.004),0.9*sin(2*PI*2000*t),0)':s=44100:d=40"
  const input = await numberedFrames(40 * FPS, FPS, '-f', 'lavfi', '-i', click, '-c:a', 'aac', '-b:a', '192k')
  // Each shows one whole second's start, 0.2–0.28 s in, in an order that goes back and forth.
  const starts = range(0, 50).map((i) => 1 + ((i * 17) % 38) - 0.2 - 0.02 * (i % 5))
  const { video, stats } = await render(input, reel(...starts.map((start) => cut(start, start + 0.6))))
  const clicks = clicksIn(await samples(video))
  const flashes = (await frameNumbers(video)).flatMap((number, i) => (number % FPS === 0 ? [i / FPS] : []))
  expect(clicks).toHaveLength(50)
  expect(flashes).toHaveLength(50)
  const apart = clicks.map((time, i) => Math.abs(time - (flashes[i] ?? 0)))
  console.info(`sound against picture over 50 cuts: worst ${(1000 * Math.max(...apart)).toFixed(2)} ms`)
  expect(Math.max(...apart)).toBeLessThan(0.005)
  expect(Math.abs((stats.audio_sec ?? 0) - stats.video_sec)).toBeLessThan(0.05)
  // A hundred processes: a busy machine needs a while.
}, 180_000)

it('fills up sound that is shorter than its picture, and copies it where nothing is cut', async () => {
  const input = await numberedFrames(75, FPS, ...tone(1), '-c:a', 'aac')
  const cutFile = await render(input, reel(cut(0.5, 3)))
  expect(Math.abs((cutFile.stats.audio_sec ?? 0) - 2.5)).toBeLessThan(0.05)
  const sound = await samples(cutFile.video)
  const loudest = (from: number, to: number) => Math.max(...sound.subarray(48_000 * from, 48_000 * to).map(Math.abs))
  expect(loudest(0.1, 0.4)).toBeGreaterThan(0.05)
  expect(loudest(0.6, 2.4)).toBeLessThan(0.001)
  const whole = await render(input)
  expect(await packetDigest(whole.video, 'a:0')).toBe(await packetDigest(input, 'a:0'))
})

it('takes the default track of several and mixes six channels to two', async () => {
  const six = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2,pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0']
  const input = await numberedFrames(
    50,
    FPS,
    ...tone(2),
    ...six,
    '-map',
    '0:v',
    '-map',
    '1:a',
    '-map',
    '2:a',
    '-c:a',
    'aac',
    '-disposition:a:0',
    '0',
    '-disposition:a:1',
    'default',
  )
  const { video } = await render(input, reel(cut(0.2, 1)))
  expect(await streamFields(video, 'a:0', 'codec_name', 'channels')).toEqual({ codec_name: 'aac', channels: '2' })
  const sound = await samples(video)
  expect(Math.max(...sound.subarray(9600, 19_200))).toBeGreaterThan(0.1)
})
