import type { DecodedBatch } from '#gpu/media/decoder.ts'
import type { FrameLayout } from '#gpu/media/frames.ts'
import { livePictures, type LivePictures as MediaPictures } from '#gpu/media/live-pictures.ts'
import { copyFrame } from '#gpu/media/stills.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import type { Detection } from '#lib/core/tracking/types.ts'
import { drawBoxes } from './draw-boxes.ts'
import type { TrackPlan } from './plan-track.ts'

/** Now and then a picture of the newest frame with what was seen in it, when somebody wants to watch. */
export class LivePictures {
  readonly #plan: TrackPlan
  readonly #context: TaskContext
  readonly #layout: FrameLayout
  readonly #pictures: MediaPictures
  #nextMs = 0

  constructor(plan: TrackPlan, context: TaskContext, layout: FrameLayout) {
    this.#plan = plan
    this.#context = context
    this.#layout = layout
    this.#pictures = livePictures({
      wanted: context.wanted.has('live_frame'),
      // `take` decides when it is time: the frame is gone by the time its boxes are known.
      intervalMs: 0,
      colour: plan.colour,
      signal: context.signal,
      onPicture: context.onLiveFrame,
    })
  }

  /** A copy of the batch's last frame when it is time for a picture. */
  take({ buffer, frames }: DecodedBatch): Uint8Array | undefined {
    const now = performance.now()
    if (!this.#context.wanted.has('live_frame') || now < this.#nextMs) return undefined
    this.#nextMs = now + this.#context.config.progressIntervalMs
    return copyFrame(buffer, this.#layout, frames - 1)
  }

  show(frame: Uint8Array, detections: readonly Detection[], sureScore: number): void {
    const { probe } = this.#plan
    const { width, height } = this.#layout
    const sure = detections.filter(({ score }) => score >= sureScore)
    const drawn = () => {
      drawBoxes(frame, this.#layout, sure, { x: width / probe.width, y: height / probe.height })
      return frame
    }
    this.#pictures.show(drawn, this.#layout)
  }

  /** Waits for the picture being made. */
  close(): Promise<void> {
    return this.#pictures.close()
  }
}
