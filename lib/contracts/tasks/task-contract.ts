import type { z } from 'zod'

/** Names of files a worker may hand back; separate clips are numbered from 1, in order. */
export type OutputName =
  | 'video'
  | `clip-${string}`
  | 'result'
  | 'preview'
  | 'poster'
  | 'filmstrip'
  | 'waveform'
  | 'live_frame'

/** What app, API and worker agree on about one task. One file per task satisfies this. */
export interface TaskContract {
  /** Name on the wire. */
  readonly name: string
  /** Name in the UI. */
  readonly label: string
  /** One sentence for the UI and the API docs. */
  readonly summary: string
  readonly params: z.ZodType
  /** Inline result next to the output files; `z.null()` when there is none. */
  readonly result: z.ZodType
  /** Files every successful run must hand back, whatever its params. */
  readonly outputs: readonly OutputName[]
  /** Whether time ranges of the input can be worked on independently. */
  readonly segmentable: boolean
  /** Seconds neighbouring segments share so that filters can settle. */
  readonly overlapS: number
  readonly limits: {
    readonly maxDurationS: number
    readonly maxInputPixels: number
    readonly maxOutputPixels: number
  }
}
