import type { DecodedBatch } from '#gpu/media/decoder.ts'
import type { FrameLayout } from '#gpu/media/frames.ts'
import { copyFrame, encodeLiveFrame } from '#gpu/media/stills.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import type { Detection } from '#lib/core/tracking/types.ts'
import { drawBoxes } from './draw-boxes.ts'
import type { TrackPlan } from './plan-track.ts'

/** Now and then a picture of the newest frame with what was seen in it, when somebody wants to watch. */
export class LivePictures {
  readonly #plan: TrackPlan
  readonly #context: TaskContext
  readonly #layout: FrameLayout
  #nextMs = 0

  constructor(plan: TrackPlan, context: TaskContext, layout: FrameLayout) {
    this.#plan = plan
    this.#context = context
    this.#layout = layout
  }

  /** A copy of the batch's last frame when it is time for a picture. */
  take({ buffer, frames }: DecodedBatch): Uint8Array | undefined {
    const now = performance.now()
    if (!this.#context.wanted.has('live_frame') || now < this.#nextMs) return undefined
    this.#nextMs = now + this.#context.config.progressIntervalMs
    return copyFrame(buffer, this.#layout, frames - 1)
  }

  show(frame: Uint8Array, detections: readonly Detection[], sureScore: number): void {
    const { probe, colour } = this.#plan
    const { width, height } = this.#layout
    const sure = detections.filter(({ score }) => score >= sureScore)
    drawBoxes(frame, this.#layout, sure, { x: width / probe.width, y: height / probe.height })
    // A missed picture is no reason to fail a job.
    encodeLiveFrame(frame, { ...this.#layout, batch: 1 }, colour, this.#context.signal).then(
      this.#context.onLiveFrame,
      () => undefined,
    )
  }
}
