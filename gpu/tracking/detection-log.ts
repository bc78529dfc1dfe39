import type { Affine, Detection, FrameDetections } from '#lib/core/tracking/types.ts'

/** Numbers a detection takes: its box, score and class. */
const STRIDE = 6
const CHUNK_DETECTIONS = 1 << 14

/**
 * Everything seen in a video, packed: the offline passes of the tracker need all of it, and two hours at 30 frames/s hold millions of
 * boxes (24 bytes each here, many times that as objects).
 */
export class DetectionLog {
  readonly #chunks: Float32Array[] = []
  readonly #classes: string[] = []
  readonly #frames: { readonly timeS: number; readonly first: number; readonly camera: Affine | undefined }[] = []
  #count = 0

  /** Frames are added in order, each once, from frame 0 on. */
  add(timeS: number, detections: readonly Detection[], camera: Affine | undefined): void {
    this.#frames.push({ timeS, first: this.#count, camera })
    for (const detection of detections) this.#append(detection)
  }

  get frames(): number {
    return this.#frames.length
  }

  *read(): Generator<FrameDetections> {
    for (const [frame, { timeS, first, camera }] of this.#frames.entries()) {
      const end = this.#frames[frame + 1]?.first ?? this.#count
      const detections = Array.from({ length: end - first }, (_, index) => this.#at(first + index))
      yield { frame, timeS, detections, ...(camera ? { camera } : {}) }
    }
  }

  #append({ box, score, className }: Detection): void {
    const offset = this.#count % CHUNK_DETECTIONS
    if (offset === 0) this.#chunks.push(new Float32Array(CHUNK_DETECTIONS * STRIDE))
    let index = this.#classes.indexOf(className)
    if (index < 0) index = this.#classes.push(className) - 1
    this.#chunks.at(-1)?.set([...box, score, index], offset * STRIDE)
    this.#count += 1
  }

  #at(index: number): Detection {
    const chunk = this.#chunks[Math.floor(index / CHUNK_DETECTIONS)]
    const offset = (index % CHUNK_DETECTIONS) * STRIDE
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, name = 0] = chunk?.subarray(offset, offset + STRIDE) ?? []
    return { box: [x1, y1, x2, y2], score, className: this.#classes[name] ?? '' }
  }
}
