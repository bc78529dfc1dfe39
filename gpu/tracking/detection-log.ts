import type { Affine, Detection, FrameDetections } from '#lib/core/tracking/types.ts'
import { GrowingRows, rowAt } from './growing-rows.ts'

/** Numbers of a detection: its box, score, class, and where its embedding is (−1: none). */
const DETECTION = 7
/** Numbers of a frame: its time, its first detection, whether the camera's motion is known, and that motion. */
const FRAME = 9
/** An embedding's components, which lie in [−1, 1] once it is normalised, are kept as bytes: cosines change by less than 0.01. */
const LEVELS = 127
/**
 * Embeddings in one buffer. A thread takes buffers over in a time that grows with the square of their number: half a million of their own
 * would stop the process for minutes.
 */
const EMBEDDINGS = 4096

/** A `DetectionLog` as it goes to another thread. */
export interface PackedDetections {
  readonly classes: readonly string[]
  readonly frameCount: number
  readonly detectionCount: number
  readonly frames: readonly Float64Array<ArrayBuffer>[]
  readonly detections: readonly Float64Array<ArrayBuffer>[]
  /** `EMBEDDINGS` in each, one after another. */
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
  #embeddingCount = 0

  add(timeS: number, detections: readonly Detection[], camera: Affine | undefined): void {
    this.#frames.push([timeS, this.#detections.count, camera ? 1 : 0, ...(camera ?? [1, 0, 0, 0, 1, 0])])
    for (const { box, score, className, embedding } of detections) {
      let index = this.#classes.indexOf(className)
      if (index < 0) index = this.#classes.push(className) - 1
      const place = embedding ? this.#addEmbedding(embedding) : -1
      this.#detections.push([...box, score, index, place])
    }
  }

  /** Answers its place. Embeddings of one video are of one length. */
  #addEmbedding(embedding: Float32Array): number {
    const offset = (this.#embeddingCount % EMBEDDINGS) * embedding.length
    if (offset === 0) this.#embeddings.push(new Int8Array(EMBEDDINGS * embedding.length))
    this.#embeddings.at(-1)?.set(quantise(embedding), offset)
    this.#embeddingCount += 1
    return this.#embeddingCount - 1
  }

  get frames(): number {
    return this.#frames.count
  }

  /** Per frame where the camera's motion takes the point `[x, y]`, as a shift to a tenth of a pixel; `null` where it is not known. Before `pack`. */
  shiftsAt(x: number, y: number): ([number, number] | null)[] {
    return Array.from({ length: this.#frames.count }, (_, frame) => {
      const [, , known, a = 1, b = 0, tx = 0, c = 0, d = 1, ty = 0] = rowAt(this.#frames.chunks, FRAME, frame)
      if (known !== 1) return null
      return [round(a * x + b * y + tx - x), round(c * x + d * y + ty - y)]
    })
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
    const embedding = place < 0 ? undefined : embeddingAt(packed, place)
    return { box: [x1, y1, x2, y2], score, className: packed.classes[name] ?? '', ...(embedding && { embedding }) }
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

/** Presentation time of every frame, seconds. */
export function frameTimes({ frames, frameCount }: PackedDetections): Float64Array {
  return Float64Array.from({ length: frameCount }, (_, frame) => rowAt(frames, FRAME, frame)[0] ?? 0)
}

function embeddingAt({ embeddings }: PackedDetections, place: number): Float32Array | undefined {
  const chunk = embeddings[Math.floor(place / EMBEDDINGS)]
  if (chunk === undefined) return undefined
  const length = chunk.length / EMBEDDINGS
  const offset = (place % EMBEDDINGS) * length
  return Float32Array.from(chunk.subarray(offset, offset + length))
}

function round(shift: number): number {
  return Math.round(10 * shift) / 10
}

function quantise(embedding: Float32Array): Float32Array {
  const norm = Math.hypot(...embedding) || 1
  return embedding.map((value) => Math.round((LEVELS * value) / norm))
}
