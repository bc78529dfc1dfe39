import type { ColourPlan } from './decode-plan.ts'
import type { FrameLayout } from './frames.ts'
import { encodeLiveFrame } from './stills.ts'

export interface LivePicturesOptions {
  /** Whether anybody watches; nothing is made otherwise. */
  readonly wanted: boolean
  /** From the start of one picture to that of the next, at least. */
  readonly intervalMs: number
  readonly colour: ColourPlan
  readonly signal: AbortSignal
  /** Gets a JPEG. */
  readonly onPicture: (jpeg: Uint8Array) => void
}

export interface LivePictures {
  /** Makes a picture of a frame when it is time for one and none is being made; only then is `frame`, which must copy, called. */
  show(frame: () => Uint8Array, layout: FrameLayout): void
  /** Waits for the picture being made; none is begun any more. Never rejects. */
  close(): Promise<void>
}

/** Now and then a picture of the newest frame. One at a time: on a loaded machine pictures are skipped, they do not pile up. */
export function livePictures({ wanted, intervalMs, colour, signal, onPicture }: LivePicturesOptions): LivePictures {
  let nextMs = wanted ? 0 : Number.POSITIVE_INFINITY
  let making: Promise<void> | undefined
  return {
    show(frame, layout) {
      const now = performance.now()
      if (making !== undefined || now < nextMs) return
      nextMs = now + intervalMs
      making = encodeLiveFrame(frame(), { ...layout, batch: 1 }, colour, signal)
        .then(onPicture)
        // A missed picture is no reason to fail a job.
        .catch(() => undefined)
        .finally(() => {
          making = undefined
        })
    },
    async close() {
      nextMs = Number.POSITIVE_INFINITY
      await making
    },
  }
}
