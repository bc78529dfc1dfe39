import type { SceneSpec } from '#lib/core/render/scene.ts'
import type { Rotation } from './rotate-planes.ts'
import type { ComposerPlan } from './scene-composer.ts'

/** To the worker. It answers `frame` alone, in order; frames and the canvas are handed over. */
export type ComposeOrder =
  | { readonly kind: 'canvas'; readonly canvas: OffscreenCanvas }
  /** Draws the held frame anew. */
  | { readonly kind: 'scene'; readonly spec: SceneSpec; readonly range: ComposerPlan['range'] }
  | {
      readonly kind: 'frame'
      readonly frame: VideoFrame
      readonly index: number
      readonly rotation?: Rotation | undefined
    }

export type ComposeNews =
  | { readonly kind: 'drawn'; readonly index: number; readonly isExact: boolean; readonly elapsedMs: number }
  | { readonly kind: 'failed'; readonly message: string }
