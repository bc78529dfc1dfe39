import { expect, test } from 'vitest'
import { createCompositor, type Highlight } from './compositor.ts'
import type { FrameSize } from './frame-size.ts'
import type { Ellipse } from './highlight.ts'
import { type Plane, planarFrame } from './planar-frame.ts'
import { colourSamples } from './ring-colour.ts'
import { at, blurReference, makePicture, maskReference, type Picture } from './testing/reference-picture.ts'

type Planes = readonly [Picture, Picture, Picture]

function scene(size: FrameSize): Planes {
  const planes = planarFrame(size).map((plane, index) =>
    makePicture(plane, (i, j) => {
      const blocks = ((i >> 5) + (j >> 4)) % 2 === 0 ? 60 : 200
      return Math.round(blocks + 30 * Math.sin(0.31 * i + index) * Math.cos(0.23 * j))
    }),
  )
  return planes as unknown as Planes
}

/** Highlights a whole frame without scaling it. */
async function highlighted(planes: Planes, highlight: Highlight, range: 'limited' | 'full' = 'limited') {
  const size = { width: planes[0].width, height: planes[0].height }
  const compositor = await createCompositor({
    source: size,
    output: size,
    range,
    sourceSlots: 1,
    targetSlots: 1,
    lanes: 1,
  })
  const layout = planarFrame(size)
  for (const [index, plane] of layout.entries())
    compositor.sourceSlot(0).set(Uint8Array.from(planes[index]?.samples ?? []), plane.offset)
  compositor.compose({ sourceSlot: 0, targetSlot: 0, crop: { x: 0, y: 0, ...size }, highlight })
  const frame = compositor.targetSlot(0)
  return layout.map((plane) => takePlane(frame, plane)) as unknown as Planes
}

function takePlane(frame: Uint8Array, plane: Plane): Picture {
  const samples = frame.subarray(plane.offset, plane.offset + plane.width * plane.height)
  return { width: plane.width, height: plane.height, samples: Float64Array.from(samples) }
}

function ellipse(x: number, y: number, radiusX: number, radiusY: number, more: Partial<Ellipse> = {}): Ellipse {
  return { x, y, radiusX, radiusY, opacity: 1, presence: 1, ...more }
}

/** Mask of a plane: chroma is sited on the left column, between two rows. */
function planeMask(mask: Picture, plane: Picture, index: number): Picture {
  if (index === 0) return mask
  return makePicture(plane, (i, j) => (at(mask, 2 * i, 2 * j) + at(mask, 2 * i, 2 * j + 1)) / 2)
}

function errors(made: Picture, exact: Picture): { largest: number; mean: number } {
  const differences = made.samples.map((value, index) => Math.abs(value - (exact.samples[index] ?? Number.NaN)))
  const largest = differences.reduce((a, b) => Math.max(a, b), 0)
  return { largest, mean: differences.reduce((sum, d) => sum + d, 0) / differences.length }
}

const ONE = [ellipse(240.3, 150.8, 60.5, 90.2)]
const FAINT_AND_CUT_OFF = [ellipse(190.1, 130.2, 140, 70, { opacity: 0.6 }), ellipse(479, 310, 50, 35)]
/** Where two cross, the larger mask is taken: a crease that a feather over their union would round off, a few pixels long. */
const CROSSING = [ellipse(140.3, 150.8, 60.5, 90.2), ellipse(190.1, 130.2, 40, 70, { opacity: 0.6 })]

test.each([
  ['limited range', 16, ONE, 3],
  ['faint, and cut off', 16, FAINT_AND_CUT_OFF, 4],
  ['full range', 0, ONE, 3],
  ['two that cross', 16, CROSSING, 40],
] as const)(
  'a spotlight keeps three tenths of brightness and colour outside: %s',
  async (_name, black, ellipses, tolerance) => {
    const planes = scene({ width: 479, height: 361 })
    const made = await highlighted(planes, { effect: 'spotlight', ellipses }, black === 16 ? 'limited' : 'full')
    const mask = maskReference(planes[0], ellipses, (3.5 * 361) / 1080)
    for (const [index, plane] of planes.entries()) {
      const m = planeMask(mask, plane, index)
      const zero = index === 0 ? black : 128
      const exact = makePicture(plane, (i, j) => zero + (at(plane, i, j) - zero) * (0.3 + 0.7 * at(m, i, j)))
      const { largest, mean } = errors(made[index] as Picture, exact)
      // A quarter is what rounding costs.
      expect(mean).toBeLessThan(0.3)
      expect(largest).toBeLessThan(tolerance)
    }
  },
)

test('far outside a spotlight exactly 30 % is left, far inside everything', async () => {
  const planes = scene({ width: 320, height: 180 })
  const made = await highlighted(planes, { effect: 'spotlight', ellipses: [ellipse(160, 90, 50, 50)] })
  for (const [i, j] of [
    [0, 0],
    [319, 179],
    [20, 90],
  ] as const)
    expect(Math.abs(at(made[0], i, j) - (16 + 0.3 * (at(planes[0], i, j) - 16)))).toBeLessThan(0.51)
  for (const [i, j] of [
    [160, 90],
    [130, 90],
    [160, 60],
  ] as const)
    expect(at(made[0], i, j)).toBe(at(planes[0], i, j))
})

// 1080 lines are reduced to a quarter, 720 to a half, 270 not at all; 2160 would be to an eighth.
test.each([
  [{ width: 256, height: 1080 }],
  [{ width: 321, height: 721 }],
  [{ width: 480, height: 270 }],
  [{ width: 192, height: 2160 }],
])('blur is a Gaussian of σ = 8 at 1080 lines: %o', async (size) => {
  const planes = scene(size)
  const sigma = (8 * size.height) / 1080
  const nothing = ellipse(-5000, -5000, 1, 1)
  const made = await highlighted(planes, { effect: 'blur', ellipses: [nothing] })
  for (const [index, plane] of planes.entries()) {
    const exact = blurReference(plane, index === 0 ? sigma : sigma / 2)
    // The picture goes on past its edges as the mean of the last samples, not as the last one: looked at apart.
    const margin = Math.ceil(Math.min(4 * sigma, plane.width / 4))
    const inside = ({ width, height }: Picture, picture: Picture) =>
      makePicture({ width: width - 2 * margin, height: height - 2 * margin }, (i, j) =>
        at(picture, i + margin, j + margin),
      )
    const { largest, mean } = errors(inside(plane, made[index] as Picture), inside(plane, exact))
    expect(mean).toBeLessThan(0.75)
    expect(largest).toBeLessThan(2.5)
    expect(errors(made[index] as Picture, exact).largest).toBeLessThan(10)
  }
})

test('inside an ellipse blur leaves the picture alone, and its opacity mixes the two', async () => {
  const planes = scene({ width: 320, height: 180 })
  const inside = ellipse(160, 90, 60, 60)
  const [sharp] = await highlighted(planes, { effect: 'blur', ellipses: [inside] })
  const [half] = await highlighted(planes, { effect: 'blur', ellipses: [{ ...inside, opacity: 0.5 }] })
  const [none] = await highlighted(planes, { effect: 'blur', ellipses: [{ ...inside, opacity: 0 }] })
  for (let i = 120; i < 200; i += 1) {
    expect(at(sharp, i, 90)).toBe(at(planes[0], i, 90))
    expect(Math.abs(at(half, i, 90) - (at(sharp, i, 90) + at(none, i, 90)) / 2)).toBeLessThanOrEqual(1)
  }
})

test('an ellipse that fades out takes the whole effect with it', async () => {
  const planes = scene({ width: 320, height: 180 })
  for (const effect of ['spotlight', 'blur', 'ring'] as const) {
    const gone = await highlighted(planes, { effect, ellipses: [ellipse(160, 90, 50, 50, { presence: 0 })] })
    expect(gone).toEqual(planes)
    const fading = await highlighted(planes, { effect, ellipses: [ellipse(160, 90, 50, 50, { presence: 0.5 })] })
    expect(at(fading[0], 160, 90)).toBe(at(planes[0], 160, 90))
  }
})

test('a ring is drawn on the ellipse, in its colour, and leaves the rest alone', async () => {
  const planes = scene({ width: 640, height: 1080 })
  const ring = ellipse(320, 500, 120, 200)
  const highlight = { effect: 'ring', ellipses: [ring], ringColour: [255, 140, 0] } as const
  const made = await highlighted(planes, highlight)
  const colour = colourSamples(highlight, true)
  for (const angle of [0, 0.7, 1.9, 3, 4.4]) {
    const [x, y] = [320 + 120 * Math.cos(angle), 500 + 200 * Math.sin(angle)]
    expect(at(made[0], Math.round(x - 0.5), Math.round(y - 0.5))).toBe(colour[0])
    expect(Math.abs(at(made[1], Math.round((x - 0.5) / 2), Math.round(y / 2 - 0.5)) - colour[1])).toBeLessThan(12)
  }
  expect(at(made[0], 320, 500)).toBe(at(planes[0], 320, 500))
  expect(at(made[0], 20, 20)).toBe(at(planes[0], 20, 20))
  // Four pixels of stroke: half covered where the stroke ends, two pixels from the ellipse.
  const across = Array.from({ length: 60 }, (_, k) => at(made[0], 440 - 30 + k, 500))
  const solid = across.filter((value) => value === colour[0]).length
  expect(solid).toBeGreaterThanOrEqual(3)
  expect(solid).toBeLessThanOrEqual(5)
})

test('a crop shows the same highlight as the whole frame, cut afterwards', async () => {
  const size = { width: 320, height: 240 }
  const planes = scene(size)
  for (const effect of ['spotlight', 'blur', 'ring'] as const) {
    const highlight = { effect, ellipses: [ellipse(150, 100, 40, 60)] }
    const whole = await highlighted(planes, highlight)
    const output = { width: 100, height: 80 }
    const compositor = await createCompositor({
      source: size,
      output,
      range: 'limited',
      sourceSlots: 1,
      targetSlots: 1,
      lanes: 1,
    })
    for (const [index, plane] of planarFrame(size).entries())
      compositor.sourceSlot(0).set(Uint8Array.from(planes[index]?.samples ?? []), plane.offset)
    compositor.compose({ sourceSlot: 0, targetSlot: 0, crop: { x: 122, y: 66, ...output }, highlight })
    for (const [index, plane] of planarFrame(output).entries()) {
      const [picture, per] = [whole[index] as Picture, index > 0 ? 2 : 1]
      const cut = makePicture(plane, (i, j) => at(picture, i + 122 / per, j + 66 / per))
      expect(takePlane(compositor.targetSlot(0), plane)).toEqual(cut)
    }
  }
})

test.each([
  ['a point', ellipse(100, 60, 1e-9, 1e-9)],
  ['larger than anything', ellipse(0, 0, 65_536, 65_536)],
  ['far away', ellipse(65_536, -65_536, 10, 10)],
  ['a needle', ellipse(100, 60, 60_000, 0.01)],
])('extreme ellipses do no harm: %s', async (_name, extreme) => {
  const planes = scene({ width: 200, height: 120 })
  for (const effect of ['spotlight', 'blur', 'ring'] as const) {
    const made = await highlighted(planes, { effect, ellipses: [extreme] })
    expect(made[0].samples.every((value) => value >= 16 && value <= 235)).toBe(true)
  }
})
