import { DETECTOR_SIDE, type Face, type Point } from './decode-yunet.ts'
import type { FramePixels } from './frame-pixels.ts'
import { applySimilarity, inverse, type Similarity, scaleOf } from './similarity.ts'

/** A part of the frame that the detector looks at: where it begins and how many frame pixels one of its pixels is. */
export interface DetectorWindow {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** Longer side of the frame, in the detector's pixels, on its closer look. */
const CLOSE_SIDE = 640
const WINDOW_OVERLAP = 64

/** The whole frame, and a closer look in overlapping windows. */
export function detectorWindows(width: number, height: number): DetectorWindow[] {
  const longer = Math.max(width, height)
  const windows: DetectorWindow[] = [{ x: 0, y: 0, scale: longer / DETECTOR_SIDE }]
  const scale = longer / CLOSE_SIDE
  // Nothing more is to be seen of a frame enlarged twice.
  if (scale < 0.5) return windows
  const starts = (length: number): number[] => {
    const inside = length / scale
    const count = Math.max(1, Math.ceil((inside - WINDOW_OVERLAP) / (DETECTOR_SIDE - WINDOW_OVERLAP)))
    const room = Math.max(0, inside - DETECTOR_SIDE)
    // Whole pixels of the closer look, so that windows are cut from one picture.
    return Array.from({ length: count }, (_, index) =>
      count === 1 ? 0 : Math.ceil((room * index) / (count - 1)) * scale,
    )
  }
  for (const y of starts(height)) for (const x of starts(width)) windows.push({ x, y, scale })
  return windows
}

/** The frame at the size of the closer look, BGR, 0–255. Each pixel is the mean of those it stands for. */
function closeLook(pixels: FramePixels): { planes: Float32Array; width: number; height: number } {
  const scale = Math.max(pixels.width, pixels.height) / CLOSE_SIDE
  const [width, height] = [Math.ceil(pixels.width / scale), Math.ceil(pixels.height / scale)]
  const planes = new Float32Array(3 * width * height)
  const colour = new Float32Array(3)
  const taps = Math.min(3, Math.max(1, Math.round(scale)))
  const share = 255 / (taps * taps)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let tap = 0; tap < taps * taps; tap++) {
        const dx = ((tap % taps) + 0.5) / taps
        const dy = (Math.floor(tap / taps) + 0.5) / taps
        pixels.colourAt((column + dx) * scale, (row + dy) * scale, colour)
        for (let channel = 0; channel < 3; channel++) {
          const at = (channel * height + row) * width + column
          planes[at] = (planes[at] ?? 0) + share * (colour[2 - channel] ?? 0)
        }
      }
    }
  }
  return { planes, width, height }
}

/** The detector's pictures of every window, in their order: BGR, 0–255; black beyond the frame. */
export function detectorPictures(pixels: FramePixels): Float32Array<ArrayBuffer>[] {
  const { planes, width, height } = closeLook(pixels)
  const size = DETECTOR_SIDE * DETECTOR_SIDE
  const at = (channel: number, x: number, y: number) =>
    x < width && y < height ? (planes[(channel * height + y) * width + x] ?? 0) : 0
  return detectorWindows(pixels.width, pixels.height).map((window, index) => {
    const [left, top] = [Math.round(window.x / window.scale), Math.round(window.y / window.scale)]
    const picture = new Float32Array(3 * size)
    for (let place = 0; place < picture.length; place++) {
      const channel = Math.floor(place / size)
      const [x, y] = [place % DETECTOR_SIDE, Math.floor((place % size) / DETECTOR_SIDE)]
      if (index > 0) picture[place] = at(channel, left + x, top + y)
      // The first window is the whole frame at half of that.
      else
        picture[place] =
          (at(channel, 2 * x, 2 * y) +
            at(channel, 2 * x + 1, 2 * y) +
            at(channel, 2 * x, 2 * y + 1) +
            at(channel, 2 * x + 1, 2 * y + 1)) /
          4
    }
    return picture
  })
}

/** A face of a window, in frame pixels. */
export function inFrame({ box, score, landmarks }: Face, { x, y, scale }: DetectorWindow): Face {
  return {
    box: [x + box[0] * scale, y + box[1] * scale, box[2] * scale, box[3] * scale],
    score,
    landmarks: landmarks.map(([px, py]): Point => [x + px * scale, y + py * scale]),
  }
}

/** The square around a face that the restorer takes: RGB planes in [-1,1]. */
export function cropFace(pixels: FramePixels, toSquare: Similarity, side: number): Float32Array<ArrayBuffer> {
  const back = inverse(toSquare)
  const crop = new Float32Array(3 * side * side)
  const colour = new Float32Array(3)
  const taps = Math.min(4, Math.max(1, Math.round(scaleOf(back))))
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      for (let tap = 0; tap < taps * taps; tap++) {
        const [du, dv] = [((tap % taps) + 0.5) / taps, (Math.floor(tap / taps) + 0.5) / taps]
        const [x, y] = applySimilarity(back, column + du, row + dv)
        pixels.colourAt(x, y, colour)
        for (let channel = 0; channel < 3; channel++) {
          const at = (channel * side + row) * side + column
          crop[at] = (crop[at] ?? 0) + (2 * (colour[channel] ?? 0) - 1) / (taps * taps)
        }
      }
    }
  }
  return crop
}

/** An ellipse around the template's face, soft at its edge. */
export function faceMask(side: number): Float32Array {
  const mask = new Float32Array(side * side)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [u, v] = [(column + 0.5) / side - 0.5, (row + 0.5) / side - 0.55]
      const t = Math.min(1, Math.max(0, (1 - Math.hypot(u / 0.39, v / 0.44)) / 0.3))
      mask[row * side + column] = t * t * (3 - 2 * t)
    }
  }
  return mask
}
