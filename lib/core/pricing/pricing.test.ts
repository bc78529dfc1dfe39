import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MediaFacts } from '#lib/contracts/media.ts'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { cancelCharge, chargeForRun, costSoFar, gpuCost } from './charge.ts'
import { describeQuote } from './describe-quote.ts'
import { codecOf, fitCodec } from './fit-codec.ts'
import { quotePrice } from './quote-price.ts'
import { GPU_CLASSES, type GpuClass, isGpuClass } from './rate-card.ts'

const rates = { rateMicrosPerSecond: 310, markupBps: 30_000, minimumMicros: 10_000, ceilingMicros: 500_000 }

test('a run is charged its GPU time at three times the GPU price, rounded up to the micro', () => {
  expect(chargeForRun(rates, 60_000)).toBe(55_800)
  expect(chargeForRun(rates, 60_001)).toBe(55_801)
})

test('a short run costs one credit, a runaway never more than the quote', () => {
  expect(chargeForRun(rates, 0)).toBe(10_000)
  expect(chargeForRun(rates, 10_752)).toBe(10_000)
  expect(chargeForRun(rates, 10_753)).toBe(10_001)
  expect(chargeForRun(rates, 10_000_000)).toBe(500_000)
})

test('before the GPU starts nothing is used up, and there is no minimum while it runs', () => {
  expect(costSoFar(rates, null)).toBe(0)
  expect(costSoFar(rates, -5)).toBe(0)
  expect(costSoFar(rates, 1_000)).toBe(930)
  expect(costSoFar(rates, 100_000_000)).toBe(500_000)
})

test('cancelling costs what was used, at most the price shown, and a price too old is asked again', () => {
  expect(cancelCharge(rates, null, 0)).toBe(0)
  expect(cancelCharge(rates, 60_000, 60_000)).toBe(55_800)
  expect(cancelCharge(rates, 60_000, 55_800)).toBe(55_800)
  expect(cancelCharge(rates, 60_000, 27_900)).toBe(27_900)
  expect(cancelCharge(rates, 60_000, 27_899)).toBeNull()
  expect(cancelCharge(rates, 29_000, 0)).toBe(0)
})

test('what the GPU costs us has no markup', () => {
  expect(gpuCost(310, 1_000)).toBe(310)
  expect(gpuCost(310, 1)).toBe(1)
})

const anyGpu = fc.constantFrom(...(Object.keys(GPU_CLASSES) as GpuClass[]))
const anyLengthS = fc.double({ min: 0.04, max: 7_200, noNaN: true })

test('a quote covers five times the expected time, is never below one credit, and its lines add up to it', () => {
  fc.assert(
    fc.property(anyGpu, anyLengthS, (gpuClass, durationS) => {
      const price = quotePrice({
        request: upscale({}),
        facts: { ...facts(1280, 720), duration_s: durationS },
        gpuClass,
      })
      expect(price.ceilingGpuMs).toBe(5 * price.expectedGpuMs)
      expect(price.ceilingMicros).toBeGreaterThanOrEqual(price.estimateMicros)
      expect(price.estimateMicros).toBeGreaterThanOrEqual(10_000)
      expect(price.executionTimeoutMs).toBe(3 * price.ceilingGpuMs)
      const lines = describeQuote(price).breakdown
      expect(lines.reduce((sum, line) => sum + line.amount_micros, 0)).toBe(price.ceilingMicros)
    }),
  )
})

test('thirty seconds of upscaling are expected to take a minute of GPU', () => {
  const price = quotePrice({
    request: upscale({}),
    facts: { ...facts(1280, 720), duration_s: 30 },
    gpuClass: 'rtx-4000-ada',
  })
  expect(price).toMatchObject({
    expectedGpuMs: 60_000,
    estimateMicros: 55_800,
    ceilingMicros: 279_000,
    rateMicrosPerSecond: 310,
  })
})

test('more pixels and more frames than 720p at 30 a second cost in proportion, fewer cost no less', () => {
  const price = (change: Partial<MediaFacts>) =>
    quotePrice({
      request: upscale({}),
      facts: { ...facts(1280, 720), duration_s: 10, frames: 300, ...change },
      gpuClass: 'a40',
    })
  const base = price({}).expectedGpuMs
  expect(base).toBe(20_000)
  expect(price({ width: 2560, height: 1440 }).expectedGpuMs).toBe(4 * base)
  expect(price({ frames: 600 }).expectedGpuMs).toBe(2 * base)
  expect(price({ width: 320, height: 180, frames: 50 }).expectedGpuMs).toBe(base)
})

test('a network that does more work costs more, and so do faces, deflicker and upscaling an export', () => {
  const expected = (request: TaskRequest) =>
    quotePrice({ request, facts: { ...facts(1280, 720), duration_s: 10, frames: 300 }, gpuClass: 'a40' }).expectedGpuMs
  const base = expected(upscale({ model: 'reelsr-std' }))
  expect(base).toBe(20_000)
  expect(expected(upscale({ model: 'RealESRGAN_x4plus' }))).toBe(25 * base)
  expect(expected(upscale({ deflicker: 0.3, face_enhance: true }))).toBe(2.5 * base)
  const exported = TaskRequest.parse({ task: 'export', params: {} })
  const enlarged = TaskRequest.parse({ task: 'export', params: { upscale: true } })
  expect(expected(enlarged)).toBe(expected(exported) + base)
})

test('clips cost as often as they are shown, and a larger render by its own pixels', () => {
  const expected = (task: string, params: object) =>
    quotePrice({
      request: TaskRequest.parse({ task, params }),
      facts: { ...facts(1280, 720), duration_s: 10, frames: 300 },
      gpuClass: 'a40',
    }).expectedGpuMs
  const whole = { start_time: 0, end_time: 30, label: 'all of it' }
  const base = expected('export', {})
  expect(expected('annotate', { clips: [whole] })).toBe(base)
  expect(expected('annotate', { clips: [whole, whole, whole], mode: 'separate' })).toBe(3 * base)
  expect(expected('export', { clips: [{ ...whole, end_time: 1 }] })).toBe(base / 10)
  expect(expected('export', { output_width: 2560, output_height: 1440 })).toBe(4 * base)
})

test('only classes on the rate card are known', () => {
  expect(isGpuClass('a40')).toBe(true)
  expect(isGpuClass('toString')).toBe(false)
})

const facts = (width: number, height: number): MediaFacts => ({
  container: 'mp4',
  video_codec: 'avc',
  width,
  height,
  rotation: 0,
  duration_s: 1,
  frames: 30,
  fps: 30,
  audio_codec: null,
  audio_duration_s: null,
  bytes: 1,
})
const upscale = (params: object) => TaskRequest.parse({ task: 'upscale', params })

test('a result too large for H.264 becomes HEVC, and the quote says so', () => {
  const fitted = fitCodec(upscale({ scale: 4 }), facts(1280, 720))
  expect(codecOf(fitted.request)).toBe('hevc')
  expect(fitted.notes.join()).toContain('5120 × 2880')
})

test('a tall result counts too, and one at the limit stays H.264', () => {
  expect(codecOf(fitCodec(upscale({ scale: 4 }), facts(720, 1280)).request)).toBe('hevc')
  expect(fitCodec(upscale({ scale: 4 }), facts(1024, 576))).toMatchObject({
    request: { params: { codec: 'h264' } },
    notes: [],
  })
})

test('a WebM is encoded as AV1, and the quote says so', () => {
  const fitted = fitCodec(TaskRequest.parse({ task: 'export', params: { format: 'webm' } }), facts(1280, 720))
  expect(codecOf(fitted.request)).toBe('av1')
  expect(fitted.notes.join()).toContain('WebM')
})

test('a codec someone chose on purpose stays', () => {
  expect(fitCodec(upscale({ scale: 4, codec: 'av1' }), facts(1920, 1080))).toMatchObject({
    request: { params: { codec: 'av1' } },
    notes: [],
  })
})
