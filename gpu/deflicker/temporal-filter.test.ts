import { describe, expect, it } from 'vitest'
import { batchBytes, type FrameFormat, type FrameLayout, framePlanes } from '#gpu/media/frames.ts'
import { TemporalFilter } from './temporal-filter.ts'

const [WIDTH, HEIGHT, FRAMES] = [192, 128, 40]
/** Frames in which the filter settles, not counted. */
const SETTLING = 8

/** Reproducible numbers in [0,1) (Park and Miller's generator). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Normally distributed (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

type Scene = (x: number, y: number, frame: number) => number
const texture = (x: number, y: number): number =>
  110 + 35 * Math.sin(x / 4.3) * Math.cos(y / 5.1) + 20 * Math.sin((x + 2 * y) / 9)
/** A bright, patterned square that crosses the picture by three pixels a frame, and a disc that creeps. */
const inSquare = (x: number, y: number, frame: number) => Math.abs(x - 20 - 3 * frame) < 14 && Math.abs(y - 40) < 14
const inDisc = (x: number, y: number, frame: number) => (x - 60 - 0.4 * frame) ** 2 + (y - 95) ** 2 < 18 ** 2
const match: Scene = (x, y, frame) => {
  if (inSquare(x, y, frame)) return 190 + 30 * Math.sin((x - 3 * frame) / 2)
  return inDisc(x, y, frame) ? 60 + 15 * Math.cos((x - 0.4 * frame) / 3) : texture(x, y)
}
const moves = (x: number, y: number): boolean => (y > 22 && y < 58) || (x > 36 && x < 102 && y > 73 && y < 117)
const pan: Scene = (x, y, frame) => texture(x + 0.6 * frame, y + 0.2 * frame)

interface Clip {
  readonly truth: Float64Array[]
  readonly made: Float64Array[]
  readonly filtered: Float64Array[]
}

/** A scene with flickering light and noise, and what the filter makes of it, batch by batch. Levels of eight bits. */
function film(
  scene: Scene,
  disturbance: { noise: number; flicker: number },
  strength: number,
  format: FrameFormat,
): Clip {
  const layout: FrameLayout = { batch: 3, width: WIDTH, height: HEIGHT, format }
  const [random, filter] = [randomNumbers(7), new TemporalFilter(layout, strength)]
  const unit = format === 'yuv420p10' ? 4 : 1
  const clip: Clip = { truth: [], made: [], filtered: [] }
  const lumaOf = (buffer: ArrayBuffer, index: number) => {
    const { luma } = framePlanes(buffer, layout, index)
    return unit === 1 ? luma : new Uint16Array(luma.buffer, luma.byteOffset, luma.length / 2)
  }
  for (let first = 0; first < FRAMES; first += layout.batch) {
    const count = Math.min(layout.batch, FRAMES - first)
    const buffer = new ArrayBuffer(batchBytes(layout))
    for (let index = 0; index < count; index++) {
      const light = disturbance.flicker * (2 * random() - 1)
      const luma = lumaOf(buffer, index)
      const truth = new Float64Array(WIDTH * HEIGHT)
      for (let at = 0; at < luma.length; at++) {
        truth[at] = scene(at % WIDTH, Math.floor(at / WIDTH), first + index)
        luma[at] = Math.round(
          unit * Math.max(0, Math.min(255, (truth[at] ?? 0) + light + disturbance.noise * normal(random))),
        )
      }
      clip.truth.push(truth)
      clip.made.push(Float64Array.from(luma, (value) => value / unit))
    }
    filter.apply(buffer, count)
    for (let index = 0; index < count; index++) {
      clip.filtered.push(Float64Array.from(lumaOf(buffer, index), (value) => value / unit))
    }
  }
  return clip
}

/** Mean over the samples asked for of their standard deviation in time. */
function temporalDeviation(frames: readonly Float64Array[], where: (x: number, y: number) => boolean): number {
  let [sum, count] = [0, 0]
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    if (!where(at % WIDTH, Math.floor(at / WIDTH))) continue
    const values = frames.slice(SETTLING).map((frame) => frame[at] ?? Number.NaN)
    const mean = values.reduce((total, value) => total + value, 0) / values.length
    sum += Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length)
    count += 1
  }
  return sum / count
}

function psnr(
  frames: readonly Float64Array[],
  truth: readonly Float64Array[],
  where: (x: number, y: number, frame: number) => boolean,
): number {
  let [sum, count] = [0, 0]
  for (const [frame, values] of frames.entries()) {
    if (frame < SETTLING) continue
    for (let at = 0; at < WIDTH * HEIGHT; at++) {
      if (!where(at % WIDTH, Math.floor(at / WIDTH), frame)) continue
      sum += ((values[at] ?? 0) - (truth[frame]?.[at] ?? 0)) ** 2
      count += 1
    }
  }
  return 10 * Math.log10((255 * 255 * count) / sum)
}

const still = (x: number, y: number) => !moves(x, y)
/** What moves, with the trail it would leave. */
const moving = (x: number, y: number, frame: number) =>
  [0, 2, 4, 6].some((ago) => inSquare(x, y, frame - ago) || inDisc(x, y, frame - ago))

describe.each([
  ['noise and flickering light', { noise: 3, flicker: 3 }, 'yuv420p'],
  ['noise alone', { noise: 4, flicker: 0 }, 'yuv420p'],
  ['flickering light alone', { noise: 0.3, flicker: 4 }, 'yuv420p'],
  ['noise and flickering light in ten bits', { noise: 2, flicker: 2 }, 'yuv420p10'],
] as const)('%s', (name, disturbance, format) => {
  it('goes by 40 % or more where nothing moves, and nothing trails behind what moves', () => {
    const { truth, made, filtered } = film(match, disturbance, 1, format)
    const [before, after] = [temporalDeviation(made, still), temporalDeviation(filtered, still)]
    const [psnrBefore, psnrAfter] = [psnr(made, truth, moving), psnr(filtered, truth, moving)]
    console.log(
      `${name}: at rest ${before.toFixed(2)} to ${after.toFixed(2)} levels (−${(100 * (1 - after / before)).toFixed(0)} %), moving ${psnrBefore.toFixed(2)} to ${psnrAfter.toFixed(2)} dB`,
    )
    expect(after).toBeLessThan(0.6 * before)
    expect(psnrAfter).toBeGreaterThan(psnrBefore - 0.1)
  })
})

it('leaves a moving camera alone', () => {
  const { truth, made, filtered } = film(pan, { noise: 2, flicker: 0 }, 1, 'yuv420p')
  const everywhere = () => true
  const [before, after] = [psnr(made, truth, everywhere), psnr(filtered, truth, everywhere)]
  console.log(`slow pan: ${before.toFixed(2)} to ${after.toFixed(2)} dB`)
  expect(after).toBeGreaterThan(before - 0.1)
})

it('does more the stronger it is, and nothing at 0', () => {
  const at = (strength: number) => film(match, { noise: 3, flicker: 3 }, strength, 'yuv420p')
  const deviations = [0, 0.5, 1].map((strength) => temporalDeviation(at(strength).filtered, still))
  expect(deviations).toEqual([...deviations].sort((a, b) => b - a))
  const { made, filtered } = at(0)
  expect(filtered).toEqual(made)
})

it('shows a new scene at once', () => {
  const cut: Scene = (x, y, frame) => (frame < 20 ? texture(x, y) : 250 - texture(y, x))
  const { truth, filtered } = film(cut, { noise: 0.3, flicker: 0 }, 1, 'yuv420p')
  const [before, after] = [filtered[20], truth[20]]
  if (before === undefined || after === undefined) throw new Error('too few frames')
  expect(
    psnr([...filtered.slice(0, SETTLING), before], [...truth.slice(0, SETTLING), after], () => true),
  ).toBeGreaterThan(50)
})
