import type { DetectorHead, PixelFormat } from './detector-graph.ts'
import type { Placement } from './letterbox.ts'

/** A detection network of the registry. */
export interface DetectorModel {
  readonly name: string
  readonly licence: string
  /** Compared numerically with its reference. */
  readonly verified: boolean
  readonly weights: {
    readonly file: string
    /** Absent where the publisher states none. */
    readonly sha256: string | undefined
    /** Where an operator gets it. */
    readonly source: string
  }
  readonly head: DetectorHead
  readonly pixels: PixelFormat
  readonly placement: Placement
}
