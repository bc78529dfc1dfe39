import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import type { Ellipse } from '#lib/core/render/highlight.ts'

/**
 * The compositor's definitions once more, in double precision and as plainly as possible: no tables, no fixed point, no reduced
 * copies. Slow; for tests only.
 */
export interface Picture extends FrameSize {
  readonly samples: Float64Array
}

/** Where plane sample (i, j) is, in luma pixels with edges at integers (MPEG-2 chroma siting). */
export function sampleSite(chroma: boolean, i: number, j: number): [x: number, y: number] {
  return chroma ? [2 * i + 0.5, 2 * j + 1] : [i + 0.5, j + 0.5]
}

export function makePicture({ width, height }: FrameSize, sample: (i: number, j: number) => number): Picture {
  const samples = new Float64Array(width * height)
  for (let j = 0; j < height; j += 1) for (let i = 0; i < width; i += 1) samples[j * width + i] = sample(i, j)
  return { width, height, samples }
}

export function at({ width, height, samples }: Picture, i: number, j: number): number {
  const [x, y] = [Math.min(Math.max(i, 0), width - 1), Math.min(Math.max(j, 0), height - 1)]
  return samples[y * width + x] ?? Number.NaN
}

/** Lanczos-3 of a source plane through a view that fills an output of `box` luma pixels. */
export function resampleReference(source: Picture, chroma: boolean, view: Rectangle, box: FrameSize): Picture {
  const per = chroma ? 2 : 1
  const size = { width: Math.ceil(box.width / per), height: Math.ceil(box.height / per) }
  const [stepX, stepY] = [view.width / box.width, view.height / box.height]
  // From a position in luma pixels to a (fractional) sample index.
  const column = (x: number) => (chroma ? (x - 0.5) / 2 : x - 0.5)
  const row = (y: number) => (chroma ? (y - 1) / 2 : y - 0.5)
  const across = makePicture({ width: size.width, height: source.height }, (i, j) => {
    const centre = column(view.x + sampleSite(chroma, i, 0)[0] * stepX)
    return lanczosSum(centre, stepX, (index) => at(source, index, j))
  })
  return makePicture(size, (i, j) => {
    const centre = row(view.y + sampleSite(chroma, 0, j)[1] * stepY)
    return lanczosSum(centre, stepY, (index) => at(across, i, index))
  })
}

function lanczosSum(centre: number, step: number, sample: (index: number) => number): number {
  const scale = Math.max(1, step)
  let [sum, total] = [0, 0]
  for (let index = Math.floor(centre - 3 * scale); index <= Math.ceil(centre + 3 * scale); index += 1) {
    const weight = lanczos((index - centre) / scale)
    sum += weight * sample(index)
    total += weight
  }
  return sum / total
}

function lanczos(x: number): number {
  if (Math.abs(x) >= 3) return 0
  return x === 0 ? 1 : (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2
}

/** Separable Gaussian, edges repeated. */
export function blurReference(source: Picture, sigma: number): Picture {
  const reach = Math.ceil(4.5 * sigma)
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-((k - reach) ** 2) / (2 * sigma * sigma)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const pass = (from: Picture, dx: number, dy: number) =>
    makePicture(source, (i, j) => {
      let sum = 0
      for (let k = -reach; k <= reach; k += 1) sum += (weights[k + reach] ?? 0) * at(from, i + k * dx, j + k * dy)
      return sum / total
    })
  return pass(pass(source, 1, 0), 0, 1)
}

/** Ellipses filled with their opacity (4×4 points a pixel), the larger one where they overlap, then feathered. At luma pixels. */
export function maskReference(size: FrameSize, ellipses: readonly Ellipse[], sigma: number): Picture {
  const covers = (ellipse: Ellipse, x: number, y: number) =>
    ((x - ellipse.x) / ellipse.radiusX) ** 2 + ((y - ellipse.y) / ellipse.radiusY) ** 2 <= 1
  const hard = makePicture(size, (i, j) => {
    let sum = 0
    for (let k = 0; k < 16; k += 1) {
      const [x, y] = [i + (k % 4) / 4 + 1 / 8, j + Math.floor(k / 4) / 4 + 1 / 8]
      sum += Math.max(0, ...ellipses.map((ellipse) => (covers(ellipse, x, y) ? ellipse.opacity : 0)))
    }
    return sum / 16
  })
  return blurReference(hard, sigma)
}
