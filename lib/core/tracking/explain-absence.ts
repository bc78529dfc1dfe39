import { type CameraPath, project } from './camera-path.ts'
import type { Link } from './chain.ts'
import type { Observation } from './observation.ts'
import { TUNING } from './tuning.ts'

/** Why nothing was seen at a place: it lies outside the picture, somebody stands before it, or there is no such reason. */
export type Absence = 'outside' | 'hidden' | 'unexplained'

export interface Scene {
  /** What was seen, by frame. */
  readonly frames: readonly (readonly Observation[])[]
  readonly times: readonly number[]
  readonly camera: CameraPath
  /** Of the picture, pixels. */
  readonly width: number
  readonly height: number
}

/** Judges a box `(centre x, centre y, width, height)`, stabilised, in frame `at`. */
export function explainAbsence(scene: Scene, at: number, x: number, y: number, width: number, height: number): Absence {
  const image = project(scene.camera, at, { x, y, width, height })
  if (isOutside(image.x, image.width, scene.width) || isOutside(image.y, image.height, scene.height)) return 'outside'
  for (const other of scene.frames[at] ?? []) {
    // Feet lower in the picture: nearer to the camera.
    if (other.y + other.height / 2 < y + height / 2 - TUNING.absence.footing * height) continue
    const wide = Math.min(x + width / 2, other.x + other.width / 2) - Math.max(x - width / 2, other.x - other.width / 2)
    const high =
      Math.min(y + height / 2, other.y + other.height / 2) - Math.max(y - height / 2, other.y - other.height / 2)
    if (wide > 0 && high > 0 && wide * high > TUNING.absence.covered * width * height) return 'hidden'
  }
  return 'unexplained'
}

/** Whether more of an extent around `centre` lies outside `[0, limit]` than a detector would put up with. */
function isOutside(centre: number, extent: number, limit: number): boolean {
  const within = Math.min(centre + extent / 2, limit) - Math.max(centre - extent / 2, 0)
  return within < TUNING.absence.inside * extent
}

/** Seconds between two observations for which there is no reason that nothing was seen, going straight from one to the other. */
export function unexplainedS(scene: Scene, before: Link, after: Link): number {
  const { seen: a } = before
  const { seen: b } = after
  const missed = b.at - a.at - 1
  if (missed <= 0) return 0
  const samples = Math.min(missed, TUNING.absence.samples)
  let unexplained = 0
  for (let index = 0; index < samples; index++) {
    const part = (index + 0.5) / samples
    const at = Math.min(b.at - 1, a.at + 1 + Math.floor(part * missed))
    const share = (at - a.at) / (b.at - a.at)
    const mix = (from: number, to: number) => from + (to - from) * share
    const why = explainAbsence(scene, at, mix(a.x, b.x), mix(a.y, b.y), mix(a.width, b.width), mix(a.height, b.height))
    if (why === 'unexplained') unexplained++
  }
  return (unexplained / samples) * (b.timeS - a.timeS) * (missed / (missed + 1))
}
