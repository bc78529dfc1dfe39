import { expect, it } from 'vitest'
import { planColour } from './decode-plan.ts'
import { audioArgs, chooseEncoder, codecArgs, ENCODERS, type EncodePlan, encodeArgs, timescale } from './encode-args.ts'
import type { Probe } from './probe.ts'

const all = new Set(ENCODERS)
const software = new Set(['libx264', 'libx265', 'libsvtav1'] as const)
const HD = { width: 1920, height: 1080 }

const video: Probe['video'] = {
  index: 0,
  codec: 'h264',
  codedWidth: 1280,
  codedHeight: 720,
  sampleAspect: { num: 1, den: 1 },
  rotation: 0,
  timeBase: { num: 1, den: 90_000 },
  fps: 30,
  pixelFormat: 'yuv420p',
  colour: { space: 'bt709', range: 'tv', transfer: 'bt709', primaries: 'bt709' },
  headerFrames: 100,
  durationS: 3,
}
const source: Probe = {
  path: '/in',
  demuxer: 'mpegts',
  bytes: 1,
  video,
  audio: { index: 2, codec: 'aac', sampleRate: 48_000, durationS: 3 },
  width: 1280,
  height: 720,
  durationS: 3,
  originS: 1.4,
}
const plan: EncodePlan = {
  encoder: 'libx264',
  quality: 'high',
  threads: 3,
  frames: { width: 2560, height: 1440 },
  output: { width: 1920, height: 1080 },
  timeBase: video.timeBase,
  colour: planColour(video),
  source,
  outputPath: '/out.mp4',
}
const after = (args: string[], flag: string) => args[args.indexOf(flag) + 1]

it('takes the card’s encoder when it works', () => {
  expect(chooseEncoder('h264', HD, all)).toBe('h264_nvenc')
  expect(chooseEncoder('hevc', HD, all)).toBe('hevc_nvenc')
  expect(chooseEncoder('av1', HD, all)).toBe('av1_nvenc')
})

it('falls back to software where it does not', () => {
  expect(chooseEncoder('h264', HD, software)).toBe('libx264')
  expect(chooseEncoder('av1', HD, software)).toBe('libsvtav1')
  expect(chooseEncoder('av1', HD, new Set())).toBeUndefined()
})

it('keeps H.264 wider than 4096 pixels off NVENC', () => {
  expect(chooseEncoder('h264', { width: 4096, height: 2160 }, all)).toBe('h264_nvenc')
  expect(chooseEncoder('h264', { width: 4098, height: 2160 }, all)).toBe('libx264')
  expect(chooseEncoder('hevc', { width: 7680, height: 4320 }, all)).toBe('hevc_nvenc')
})

it('keeps pictures that are too small for NVENC off it', () => {
  expect(chooseEncoder('h264', { width: 90, height: 160 }, all)).toBe('libx264')
  expect(chooseEncoder('av1', { width: 192, height: 108 }, all)).toBe('libsvtav1')
  expect(chooseEncoder('hevc', { width: 320, height: 180 }, all)).toBe('hevc_nvenc')
})

it('asks NVENC for constant quality', () => {
  const args = codecArgs('h264_nvenc', 'high', 1)
  expect([after(args, '-preset'), after(args, '-cq'), after(args, '-b:v')]).toEqual(['p6', '23', '0'])
})

it('tags HEVC so that Apple players take it', () => {
  expect(after(codecArgs('libx265', 'medium', 1), '-tag:v')).toBe('hvc1')
  expect(after(codecArgs('hevc_nvenc', 'medium', 1), '-tag:v')).toBe('hvc1')
})

it('copies sound that MP4 and browsers take, and makes AAC of the rest', () => {
  expect(audioArgs('aac')).toContain('copy')
  expect(audioArgs('opus')).toContain('copy')
  expect(audioArgs('pcm_s16le').join(' ')).toBe('-c:a aac -b:a 128k -ac 2')
  expect(audioArgs('vorbis')).toContain('aac')
})

it('writes times in the source’s clock, colour tags and a fast start', () => {
  const args = encodeArgs(plan)
  expect(after(args, '-enc_time_base')).toBe('1:90000')
  expect(after(args, '-video_track_timescale')).toBe('90000')
  expect(after(args, '-movie_timescale')).toBe('90000')
  expect(after(args, '-colorspace')).toBe('bt709')
  expect(after(args, '-color_range')).toBe('tv')
  expect(after(args, '-movflags')).toBe('+faststart')
})

it('moves sound by the same origin as the picture, and takes only the chosen track', () => {
  const args = encodeArgs(plan)
  expect(after(args, '-itsoffset')).toBe('-1.4')
  expect(args.join(' ')).toContain('-map 0:v:0 -map 1:2')
  expect(args.indexOf('-protocol_whitelist')).toBeLessThan(args.indexOf('-i'))
  expect(encodeArgs({ ...plan, source: { ...source, audio: undefined } }).join(' ')).not.toContain('/in')
})

it('scales down only when sizes differ', () => {
  expect(after(encodeArgs(plan), '-vf')).toMatch(/^scale=1920:1080:flags=lanczos.*setsar=1$/)
  expect(encodeArgs({ ...plan, output: plan.frames })).not.toContain('-vf')
})

it('keeps clocks that do not tick a whole number of times a second exact', () => {
  expect(timescale({ num: 1, den: 15_360 })).toBe(15_360)
  expect(timescale({ num: 1001, den: 30_000 })).toBe(30_000)
  expect(timescale({ num: 2, den: 50 })).toBe(25)
})
