import { expect, test } from 'vitest'
import type { Rectangle } from '#lib/contracts/geometry.ts'
import { createCompositor } from './compositor.ts'
import { createCropSampler } from './crop-path.ts'
import type { FrameSize } from './frame-size.ts'
import { planarFrame } from './planar-frame.ts'
import { makePicture, type Picture, resampleReference, sampleSite } from './testing/reference-picture.ts'

/** Sharp edges, fine texture and gradients; another one in each plane. */
function texture(size: FrameSize, seed: number): Picture {
  return makePicture(size, (i, j) => {
    const checks = ((i >> 4) + (j >> 3) + seed) % 2 === 0 ? 190 : 40
    const waves = 30 * Math.sin(0.9 * i + seed) * Math.cos(0.7 * j)
    return Math.round(Math.min(255, Math.max(0, checks + waves + (i % 5 === seed ? 25 : 0))))
  })
}

async function composePlanes(source: readonly Picture[], output: FrameSize, crop: Rectangle): Promise<Picture[]> {
  const size = source[0] as FrameSize
  const plan = { source: size, output, range: 'limited', sourceSlots: 1, targetSlots: 1, lanes: 1 } as const
  const compositor = await createCompositor(plan)
  for (const [index, plane] of planarFrame(size).entries())
    compositor.sourceSlot(0).set(Uint8Array.from(source[index]?.samples ?? []), plane.offset)
  compositor.compose({ sourceSlot: 0, targetSlot: 0, crop })
  return planarFrame(output).map((plane) => {
    const samples = compositor.targetSlot(0).subarray(plane.offset, plane.offset + plane.width * plane.height)
    return { ...plane, samples: Float64Array.from(samples) }
  })
}

const sources = (size: FrameSize) => planarFrame(size).map((plane, index) => texture(plane, index))

function largestError(made: Picture, exact: Picture): number {
  let largest = 0
  expect([made.width, made.height]).toEqual([exact.width, exact.height])
  for (const [index, value] of made.samples.entries()) {
    const wanted = Math.min(255, Math.max(0, exact.samples[index] ?? Number.NaN))
    largest = Math.max(largest, Math.abs(value - wanted))
  }
  return largest
}

const CASES: [name: string, source: FrameSize, output: FrameSize, crop: Rectangle][] = [
  ['magnified, fractions everywhere', size(320, 180), size(180, 320), rect(70.37, 1.21, 98.9, 175.8)],
  ['shrunk to a third', size(321, 183), size(106, 60), rect(0.4, 1.1, 319.7, 181)],
  ['shrunk far', size(640, 360), size(64, 36), rect(0, 0, 640, 360)],
  ['same size, half a pixel over', size(200, 120), size(160, 100), rect(20.5, 10.5, 160, 100)],
  ['same size, odd offset (chroma between its samples)', size(200, 120), size(160, 100), rect(21, 11, 160, 100)],
  ['odd source and odd output', size(161, 91), size(121, 67), rect(3.3, 2.2, 121 * 1.1, 67 * 1.1)],
  ['stretched by less than one per cent', size(320, 180), size(200, 112), rect(10, 10, 100, 56.4)],
  ['a corner', size(320, 180), size(160, 90), rect(240.7, 135.4, 79.3, 44.6)],
  ['one source pixel', size(320, 180), size(64, 64), rect(100, 100, 1, 1)],
  ['a picture of one pixel', size(1, 1), size(64, 64), rect(0, 0, 1, 1)],
  ['to one pixel', size(40, 40), size(1, 1), rect(0, 0, 40, 40)],
  ['a narrow picture', size(3, 200), size(64, 64), rect(0, 50, 3, 3)],
]

test.each(CASES)('resampling is Lanczos-3 to within a level: %s', async (_name, source, output, crop) => {
  const planes = sources(source)
  const made = await composePlanes(planes, output, crop)
  for (const [index, plane] of made.entries()) {
    const exact = resampleReference(planes[index] as Picture, index > 0, crop, output)
    expect(largestError(plane, exact)).toBeLessThan(0.6)
  }
})

test('a crop of the output’s size at an even offset is copied bit by bit', async () => {
  const planes = sources(size(200, 120))
  const made = await composePlanes(planes, size(160, 100), rect(20, 10, 160, 100))
  for (const [index, plane] of made.entries()) {
    const [source, per] = [planes[index] as Picture, index > 0 ? 2 : 1]
    const cut = makePicture(plane, (i, j) => source.samples[(j + 10 / per) * source.width + i + 20 / per] ?? -1)
    expect(plane.samples).toEqual(cut.samples)
  }
})

test('a flat picture stays flat, whatever the crop', async () => {
  const flat = planarFrame(size(101, 77)).map((plane, index) => makePicture(plane, () => 235 - 50 * index))
  for (const crop of [rect(3.21, 4.5, 60.01, 40.1), rect(0, 0, 101, 67.5), rect(50, 30, 0.3, 0.2)])
    for (const [index, plane] of (await composePlanes(flat, size(96, 64), crop)).entries())
      expect(new Set(plane.samples)).toEqual(new Set([235 - 50 * index]))
})

const BLOB_SIGMA = 3.5
const MARKERS = [
  [150.3, 60.7],
  [181.1, 135.2],
  [201.9, 200.4],
] as const

/** Blobs at known places; their centres of mass can be measured to a small fraction of a pixel. */
function blobs(source: FrameSize): Picture[] {
  return planarFrame(source).map((plane, index) =>
    makePicture(plane, (i, j) => {
      const [x, y] = sampleSite(index > 0, i, j)
      const heights = MARKERS.map(([mx, my]) => Math.exp(-((x - mx) ** 2 + (y - my) ** 2) / (2 * BLOB_SIGMA ** 2)))
      return Math.round(40 + 180 * heights.reduce((sum, height) => sum + height, 0))
    }),
  )
}

/** Largest distance between a marker and where `place` puts it, in output pixels, over all planes. */
function largestShift(planes: Picture[], scale: number, place: (x: number, y: number) => [number, number]): number {
  const shifts = planes.flatMap((plane, index) =>
    MARKERS.map(([mx, my]) => {
      const [x, y] = place(mx, my)
      const [foundX, foundY] = centreOfMass(plane, index > 0, x, y, 4 * BLOB_SIGMA * scale)
      return Math.hypot(foundX - x, foundY - y)
    }),
  )
  return Math.max(...shifts)
}

test('markers follow a moving, zooming path to a twentieth of a pixel, in luma and chroma', async () => {
  const [source, output] = [size(480, 270), size(270, 480)]
  const path = [
    { frame: 0, ...rect(90.2, 10.4, 135, 240) },
    { frame: 50, ...rect(121.7, 20.9, 118.125, 210) },
  ]
  const sampler = createCropSampler(path, source)
  for (const frame of [0, 7, 13, 29, 50, 61]) {
    const crop = sampler.at(frame)
    const scale = output.width / crop.width
    const made = await composePlanes(blobs(source), output, crop)
    expect(largestShift(made, scale, (x, y) => [(x - crop.x) * scale, (y - crop.y) * scale])).toBeLessThan(0.05)
  }
})

test('a picture shown whole is scaled evenly about the output’s centre, to a twentieth of a pixel', async () => {
  const [source, output] = [size(480, 270), size(270, 480)]
  const crop = rect(0, 12.3, 480, 251.1)
  const scale = output.width / crop.width
  const made = await composePlanes(blobs(source), output, crop)
  const place = (x: number, y: number): [number, number] => [x * scale, 240 + (y - 12.3 - 251.1 / 2) * scale]
  expect(largestShift(made, scale, place)).toBeLessThan(0.05)
})

function centreOfMass(plane: Picture, chroma: boolean, x: number, y: number, reach: number): [number, number] {
  let [sum, sumX, sumY] = [0, 0, 0]
  for (let j = 0; j < plane.height; j += 1)
    for (let i = 0; i < plane.width; i += 1) {
      const [sx, sy] = sampleSite(chroma, i, j)
      if (Math.hypot(sx - x, sy - y) > reach) continue
      const mass = Math.max(0, (plane.samples[j * plane.width + i] ?? 0) - 40)
      sum += mass
      sumX += mass * sx
      sumY += mass * sy
    }
  return [sumX / sum, sumY / sum]
}

function size(width: number, height: number): FrameSize {
  return { width, height }
}

function rect(x: number, y: number, width: number, height: number): Rectangle {
  return { x, y, width, height }
}
