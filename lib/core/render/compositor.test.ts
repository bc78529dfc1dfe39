import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ComposeRequest, type CompositorPlan, createCompositor, type Label } from './compositor.ts'
import type { FrameSize } from './frame-size.ts'
import { planMemory } from './plan-memory.ts'
import { frameBytes, planarFrame } from './planar-frame.ts'

function planOf(source: FrameSize, output: FrameSize, more: Partial<CompositorPlan> = {}): CompositorPlan {
  return { source, output, range: 'limited', sourceSlots: 1, targetSlots: 1, lanes: 1, ...more }
}

function fillNoise(frame: Uint8Array, seed: number): void {
  let state = seed + 1
  for (let i = 0; i < frame.length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    frame[i] = 16 + (state >>> 24) * 0.8
  }
}

const whole = ({ width, height }: FrameSize) => ({ x: 0, y: 0, width, height })
const spot = (x: number, y: number) => ({ x, y, radiusX: 30, radiusY: 40, opacity: 1, presence: 1 })

test('a source can be composed again, with the same result, and is not changed', async () => {
  const source = { width: 160, height: 90 }
  const compositor = await createCompositor(planOf(source, { width: 90, height: 160 }))
  fillNoise(compositor.sourceSlot(0), 1)
  const before = compositor.sourceSlot(0).slice()
  const request = {
    sourceSlot: 0,
    targetSlot: 0,
    crop: whole(source),
    highlight: { effect: 'blur', ellipses: [spot(80, 40)] },
  } as const
  compositor.compose(request)
  const first = compositor.targetSlot(0).slice()
  compositor.compose({ ...request, crop: { x: 3, y: 5, width: 45, height: 80 }, highlight: undefined })
  expect(compositor.targetSlot(0)).not.toEqual(first)
  compositor.compose(request)
  expect(compositor.targetSlot(0)).toEqual(first)
  expect(compositor.sourceSlot(0)).toEqual(before)
})

test('a picture of another shape is shown whole on a darker, blurred fill of itself', async () => {
  const [source, output] = [
    { width: 320, height: 180 },
    { width: 180, height: 320 },
  ]
  const compositor = await createCompositor(planOf(source, output))
  const frame = compositor.sourceSlot(0)
  fillNoise(frame, 7)
  const [luma, cb] = planarFrame(source)
  frame.fill(180, 0, luma.width * luma.height)
  frame.fill(90, cb.offset, cb.offset + cb.width * cb.height)
  compositor.compose({ sourceSlot: 0, targetSlot: 0, crop: whole(source) })
  const target = compositor.targetSlot(0)
  const row = (y: number) => new Set(target.subarray(y * 180, (y + 1) * 180))
  expect(row(160)).toEqual(new Set([180]))
  // 101.25 lines in the middle, to the nearest even edge.
  expect(row(110)).toEqual(new Set([180]))
  for (const y of [0, 50, 108, 212, 319]) expect(row(y)).toEqual(new Set([16 + Math.round(0.45 * (180 - 16))]))
  const chroma = planarFrame(output)[1]
  expect(target[chroma.offset + 45]).toBe(128 + Math.round(0.45 * (90 - 128)))
  expect(target[chroma.offset + 80 * 90 + 45]).toBe(90)
})

test('a tall picture gets its fill left and right', async () => {
  const [source, output] = [
    { width: 90, height: 160 },
    { width: 321, height: 180 },
  ]
  const compositor = await createCompositor(planOf(source, output))
  fillNoise(compositor.sourceSlot(0), 3)
  compositor.compose({ sourceSlot: 0, targetSlot: 0, crop: whole(source) })
  const mean = (x: number) =>
    Array.from({ length: 180 }, (_, y) => compositor.targetSlot(0)[y * 321 + x] ?? 0).reduce((a, b) => a + b) / 180
  for (const x of [0, 60, 107, 215, 320]) expect(mean(x)).toBeCloseTo(16 + 0.45 * (mean(160) - 16), -1)
  const made = compositor.targetSlot(0).slice()
  compositor.targetSlot(0).fill(1)
  compositor.compose({ sourceSlot: 0, targetSlot: 0, crop: whole(source) })
  expect(compositor.targetSlot(0)).toEqual(made)
})

/** A label of one colour; alpha rises from left to right. */
function gradientLabel(width: number, height: number, x: number, y: number): Label {
  const pixels = new Uint8Array(frameBytes({ width, height }) + width * height)
  const [luma, cb, cr] = planarFrame({ width, height })
  pixels.fill(235, 0, luma.width * luma.height)
  pixels.fill(100, cb.offset, cr.offset)
  pixels.fill(160, cr.offset, frameBytes({ width, height }))
  for (let at = 0; at < width * height; at += 1)
    pixels[frameBytes({ width, height }) + at] = Math.round((255 * (at % width)) / (width - 1))
  return { width, height, x, y, pixels }
}

test('a label is blended in, exactly where alpha is none or full, and cut off at the edges', async () => {
  const size = { width: 101, height: 61 }
  const compositor = await createCompositor(planOf(size, size, { largestLabel: { width: 40, height: 20 } }))
  compositor.sourceSlot(0).fill(60)
  const request = { sourceSlot: 0, targetSlot: 0, crop: whole(size) }
  compositor.compose({ ...request, label: gradientLabel(40, 20, 10, 8) })
  const luma = (x: number, y: number) => compositor.targetSlot(0)[y * 101 + x]
  expect([luma(9, 10), luma(10, 10), luma(49, 10), luma(50, 10)]).toEqual([60, 60, 235, 60])
  expect([luma(49, 7), luma(49, 8), luma(49, 27), luma(49, 28)]).toEqual([60, 235, 235, 60])
  expect(luma(30, 12)).toBe(60 + Math.round((175 * Math.round((255 * 20) / 39)) / 255))
  const [, cb] = planarFrame(size)
  expect(compositor.targetSlot(0)[cb.offset + 5 * 51 + 24]).toBe(
    60 + Math.round((40 * Math.round((255 * 38) / 39)) / 255),
  )
  for (const [x, y] of [
    [-20, -10],
    [90, 50],
    [500, 500],
    [-500, 3],
  ] as const)
    compositor.compose({ ...request, label: gradientLabel(40, 20, x, y) })
  expect(compositor.targetSlot(0).every((value) => value === 60)).toBe(true)
})

const PLAN = planOf({ width: 64, height: 48 }, { width: 32, height: 24 })
const REFUSED: [name: string, wrong: Partial<ComposeRequest>][] = [
  ['a source slot that is not there', { sourceSlot: 1 }],
  ['a target slot that is not there', { targetSlot: -1 }],
  ['half a slot', { sourceSlot: 0.5 }],
  ['a crop that is not finite', { crop: { x: Number.NaN, y: 0, width: 32, height: 24 } }],
  ['a crop without a size', { crop: { x: 0, y: 0, width: 0, height: 24 } }],
  ['a label although none was planned', { label: gradientLabel(4, 4, 0, 0) }],
]

test.each(REFUSED)('refused: %s', async (_name, wrong) => {
  const compositor = await createCompositor(PLAN)
  const request = { sourceSlot: 0, targetSlot: 0, crop: { x: 0, y: 0, width: 32, height: 24 } }
  expect(() => compositor.compose({ ...request, ...wrong })).toThrow(RangeError)
})

const sides = fc.integer({ min: 1, max: 70 })
const sizes = fc.record({ width: sides, height: sides })
/** From 405 lines on the blur works on a reduced picture. */
const tallSizes = fc.record({ width: sides, height: fc.constantFrom(404, 405, 811, 1080, 1621) })
const number = fc.double({ min: -200, max: 200, noNaN: true })
const positive = fc.double({ min: 1e-3, max: 200, noNaN: true })

test('property: whatever is asked for, nothing but the target and the lane’s own memory is written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(sizes, tallSizes),
      sizes,
      fc.record({ x: number, y: number, width: positive, height: positive }),
      fc.constantFrom(undefined, 'blur', 'spotlight', 'ring'),
      fc.array(fc.record({ x: number, y: number, radiusX: positive, radiusY: positive }), {
        minLength: 1,
        maxLength: 4,
      }),
      async (source, output, crop, effect, shapes) => {
        const plan = planOf(source, output, { sourceSlots: 2, targetSlots: 3, lanes: 3 })
        const compositor = await createCompositor(plan)
        const other = await createCompositor(plan, { memory: compositor.memory, lane: 1 })
        fillNoise(compositor.sourceSlot(1), 5)
        const ellipses = shapes.map((shape) => ({ ...shape, opacity: 0.9, presence: 1 }))
        const before = new Uint8Array(compositor.memory.buffer).slice()
        const highlight = effect && ({ effect, ellipses } as const)
        other.compose({ sourceSlot: 1, targetSlot: 1, crop, highlight })
        const after = new Uint8Array(compositor.memory.buffer)
        const lane = laneOf(plan)
        const target = compositor.targetSlot(1).byteOffset
        // Up to 64 bytes behind a slot belong to nobody else.
        const own = (at: number) =>
          (at >= target && at < target + frameBytes(output) + 64) || (at >= lane.start && at < lane.end)
        const stray = after.findIndex((byte, at) => byte !== before[at] && !own(at))
        expect(stray).toBe(-1)
      },
    ),
    { numRuns: 60 },
  )
})

function laneOf(plan: CompositorPlan): { start: number; end: number } {
  const layout = planMemory(plan)
  return { start: layout.lane(1), end: layout.lane(2) }
}

test('threads that compose at once in one memory make what one thread makes', async () => {
  const [source, output] = [
    { width: 480, height: 270 },
    { width: 270, height: 480 },
  ]
  const plan = planOf(source, output, { sourceSlots: 4, targetSlots: 4, lanes: 3 })
  const compositor = await createCompositor(plan)
  const requests = [0, 1, 2, 3].map((slot): ComposeRequest => {
    fillNoise(compositor.sourceSlot(slot), slot)
    const crop = { x: 20.3 + 40 * slot, y: 3.1, width: 148.5 - slot, height: 264 - (slot * 16) / 9 }
    return { sourceSlot: slot, targetSlot: slot, crop, highlight: { effect: 'blur', ellipses: [spot(150, 120)] } }
  })
  const alone = requests.map((request) => {
    compositor.compose(request)
    const made = compositor.targetSlot(request.targetSlot).slice()
    compositor.targetSlot(request.targetSlot).fill(0)
    return made
  })
  const mine = (thread: number) => requests.filter(({ targetSlot }) => targetSlot % 2 === thread - 1)
  await Promise.all([1, 2].map((lane) => composeInThread(plan, { memory: compositor.memory, lane }, mine(lane), 20)))
  for (const [slot, made] of alone.entries()) expect(compositor.targetSlot(slot)).toEqual(made)
})

/** Composes every request `times` over in a thread of its own. */
function composeInThread(
  plan: CompositorPlan,
  shared: { memory: WebAssembly.Memory; lane: number },
  requests: readonly ComposeRequest[],
  times: number,
): Promise<void> {
  const source = `
    const { workerData } = require('node:worker_threads')
    const { plan, shared, requests, times, url } = workerData
    import(url).then(async ({ createCompositor }) => {
      const compositor = await createCompositor(plan, shared)
      for (let time = 0; time < times; time += 1) for (const request of requests) compositor.compose(request)
    })`
  const url = new URL('./compositor.ts', import.meta.url).href
  const worker = new Worker(source, { eval: true, workerData: { plan, shared, requests, times, url } })
  return new Promise((resolve, reject) => {
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}`))))
  })
}
