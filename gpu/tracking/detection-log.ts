import type { Affine, Detection, FrameDetections } from '#lib/core/tracking/types.ts'
import { GrowingRows, rowAt } from './growing-rows.ts'

/** Numbers of a detection: its box, score, class, and where its embedding is (−1: none). */
const DETECTION = 7
/** Numbers of a frame: its time, its first detection, whether the camera's motion is known, and that motion. */
const FRAME = 9
/** An embedding's components, which lie in [−1, 1] once it is normalised, are kept as bytes: cosines change by less than 0.01. */
const LEVELS = 127

/** A `DetectionLog` as it goes to another thread. */
export interface PackedDetections {
  readonly classes: readonly string[]
  readonly frameCount: number
  readonly detectionCount: number
  readonly frames: readonly Float64Array<ArrayBuffer>[]
  readonly detections: readonly Float64Array<ArrayBuffer>[]
  readonly embeddings: readonly Int8Array<ArrayBuffer>[]
}

/**
 * Everything seen in a video, packed: the offline passes of the tracker need all of it, and two hours hold millions of boxes. Frames are
 * added in order, each once, from frame 0 on.
 */
export class DetectionLog {
  readonly #classes: string[] = []
  readonly #frames = new GrowingRows(FRAME)
  readonly #detections = new GrowingRows(DETECTION)
  readonly #embeddings: Int8Array<ArrayBuffer>[] = []

  add(timeS: number, detections: readonly Detection[], camera: Affine | undefined): void {
    this.#frames.push([timeS, this.#detections.count, camera ? 1 : 0, ...(camera ?? [1, 0, 0, 0, 1, 0])])
    for (const { box, score, className, embedding } of detections) {
      let index = this.#classes.indexOf(className)
      if (index < 0) index = this.#classes.push(className) - 1
      const place = embedding ? this.#embeddings.push(quantise(embedding)) - 1 : -1
      this.#detections.push([...box, score, index, place])
    }
  }

  get frames(): number {
    return this.#frames.count
  }

  pack(): PackedDetections {
    return {
      classes: this.#classes,
      frameCount: this.#frames.count,
      detectionCount: this.#detections.count,
      frames: this.#frames.chunks,
      detections: this.#detections.chunks,
      embeddings: this.#embeddings,
    }
  }
}

/** Frame by frame, as they were added. */
export function* unpackDetections(packed: PackedDetections): Generator<FrameDetections> {
  const { frameCount, detectionCount } = packed
  const detectionAt = (index: number): Detection => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, name = 0, place = -1] = rowAt(packed.detections, DETECTION, index)
    const bytes = packed.embeddings[place]
    const className = packed.classes[name] ?? ''
    return { box: [x1, y1, x2, y2], score, className, ...(bytes && { embedding: Float32Array.from(bytes) }) }
  }
  for (let frame = 0; frame < frameCount; frame++) {
    const [timeS = 0, first = 0, known = 0, ...camera] = rowAt(packed.frames, FRAME, frame)
    const end = frame + 1 < frameCount ? (rowAt(packed.frames, FRAME, frame + 1)[1] ?? 0) : detectionCount
    yield {
      frame,
      timeS,
      detections: Array.from({ length: end - first }, (_, index) => detectionAt(first + index)),
      ...(known === 1 && { camera: camera as unknown as Affine }),
    }
  }
}

function quantise(embedding: Float32Array): Int8Array<ArrayBuffer> {
  const norm = Math.hypot(...embedding) || 1
  return Int8Array.from(embedding, (value) => Math.round((LEVELS * value) / norm))
}
