import type { LumaPlane } from '#gpu/tracking/luma-plane.ts'
import { compose, IDENTITY, invert, isIdentity } from '#lib/core/tracking/affine.ts'
import type { Affine } from '#lib/core/tracking/types.ts'

/** Pictures the background is the median of, and seconds between two of them: what moves is somewhere else in most. */
const SAMPLES = 5
const SPACING_S = 0.3
/** Grey levels: where none of the samples shows the place. */
export const UNSEEN = -1
/** Grey levels. */
const OVERLAY_NOISE = 8
/** A sample seen at so many times its size, or so small, has nothing to say any more. */
const MAX_ZOOM = 4

interface Sample {
  readonly plane: LumaPlane
  /** This sample's points → the newest picture's, pixels with edges at integers. */
  motion: Affine
}

/** What stands behind everything that moves, as the camera sees it now: a running median of earlier pictures, moved along with the camera. */
export class Background {
  #samples: Sample[] = []
  #lastS = Number.NEGATIVE_INFINITY

  /** Grey levels of the background behind `plane`, `UNSEEN` where it is not known yet. `camera` maps the picture before to this one. */
  behind(plane: LumaPlane, camera: Affine | undefined): Float32Array {
    if (camera === undefined) this.#samples = []
    else if (!isIdentity(camera)) {
      for (const sample of this.#samples) sample.motion = compose(camera, sample.motion)
      this.#samples = this.#samples.filter(({ motion }) => isWithinZoom(motion))
    }
    const median = medianOf(
      this.#samples.map((sample) => warp(sample.plane, sample.motion)),
      plane.data.length,
    )
    this.#keepOverlay(plane, median)
    return median
  }

  /** Where a camera that moves shows the same as ever (a scoreboard, a logo), that is its own background. */
  #keepOverlay({ data }: LumaPlane, background: Float32Array): void {
    if (this.#samples.length < SAMPLES || this.#samples.some(({ motion }) => isIdentity(motion))) return
    const changed = new Uint8Array(data.length)
    for (const { plane } of this.#samples) {
      for (let at = 0; at < data.length; at++) {
        if (Math.abs((plane.data[at] as number) - (data[at] as number)) >= OVERLAY_NOISE) changed[at] = 1
      }
    }
    for (let at = 0; at < data.length; at++) if (changed[at] === 0) background[at] = data[at] as number
  }

  /** Keeps the picture as a sample, when it is time for one. */
  remember(plane: LumaPlane, timeS: number): void {
    if (this.#samples.length > 0 && timeS - this.#lastS < SPACING_S) return
    this.#lastS = timeS
    this.#samples.push({ plane, motion: IDENTITY })
    if (this.#samples.length > SAMPLES) this.#samples.shift()
  }
}

function isWithinZoom([a, b, , c, d]: Affine): boolean {
  const area = a * d - b * c
  return area > MAX_ZOOM ** -2 && area < MAX_ZOOM ** 2
}

/** Median of what was seen of every pixel; the upper one of two. */
function medianOf(pictures: readonly Float32Array[], pixels: number): Float32Array {
  const median = new Float32Array(pixels)
  const values = new Float32Array(SAMPLES)
  for (let at = 0; at < pixels; at++) {
    let count = 0
    for (let index = 0; index < pictures.length; index++) {
      const value = (pictures[index] as Float32Array)[at] as number
      if (value < 0) continue
      let place = count
      for (; place > 0 && (values[place - 1] as number) > value; place--) values[place] = values[place - 1] as number
      values[place] = value
      count += 1
    }
    median[at] = count === 0 ? UNSEEN : (values[count >> 1] as number)
  }
  return median
}

/** A plane as the camera sees it after `motion`, interpolated linearly; `UNSEEN` outside. */
function warp({ width, height, data }: LumaPlane, motion: Affine): Float32Array {
  if (isIdentity(motion)) return data
  const [a, b, tx, c, d, ty] = invert(motion)
  const out = new Float32Array(width * height)
  for (let row = 0, at = 0; row < height; row++) {
    let x = a * 0.5 + b * (row + 0.5) + tx - 0.5
    let y = c * 0.5 + d * (row + 0.5) + ty - 0.5
    for (let column = 0; column < width; column++, at++, x += a, y += c) {
      if (x < 0 || y < 0 || x >= width - 1 || y >= height - 1) {
        out[at] = UNSEEN
        continue
      }
      const left = Math.floor(x)
      const top = Math.floor(y)
      const fx = x - left
      const from = top * width + left
      const above = (data[from] as number) + fx * ((data[from + 1] as number) - (data[from] as number))
      const low = from + width
      const below = (data[low] as number) + fx * ((data[low + 1] as number) - (data[low] as number))
      out[at] = above + (y - top) * (below - above)
    }
  }
  return out
}
