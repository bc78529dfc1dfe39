import type { CropPath, Rectangle } from '#lib/contracts/geometry.ts'
import type { EffectType, HighlightRegion } from '#lib/contracts/tasks/render.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import type { Highlight } from './compositor.ts'
import { createCropSampler } from './crop-path.ts'
import type { FrameSize } from './frame-size.ts'
import { createHighlightSampler } from './highlight.ts'

/** What a render does to the pictures of a video, apart from cutting it and labels: the same for the export and for its preview. */
export interface SceneSpec {
  /** Displayed size of the source frames. */
  readonly source: FrameSize
  /** Size of the composed frames, before a network enlarges them. */
  readonly output: FrameSize
  readonly crop?: CropPath | undefined
  readonly highlight?: { readonly effect: EffectType; readonly regions: readonly HighlightRegion[] } | undefined
  /** For regions that follow a track. */
  readonly tracks?: TracksFile | undefined
  readonly matrix: NonNullable<Highlight['matrix']>
}

/** What happens to one frame. */
export interface FrameScene {
  readonly crop: Rectangle
  readonly highlight: Highlight | undefined
}

/** Says for a source frame (0-based, presentation order) what is to be composed. */
export interface Scene {
  at(frame: number): FrameScene
  /** Whether a frame's scene is the frame itself. */
  isPlain(scene: FrameScene): boolean
}

export function createScene({ source, output, crop, highlight, tracks, matrix }: SceneSpec): Scene {
  const whole: Rectangle = { x: 0, y: 0, width: source.width, height: source.height }
  const crops = crop && createCropSampler(crop, source)
  const ellipses = highlight && createHighlightSampler(highlight.regions, tracks)
  const sameSize = source.width === output.width && source.height === output.height
  return {
    at(frame) {
      const shown = ellipses?.at(frame) ?? []
      return {
        crop: crops?.at(frame) ?? whole,
        highlight:
          highlight === undefined || shown.length === 0
            ? undefined
            : { effect: highlight.effect, ellipses: shown, matrix },
      }
    },
    isPlain: (scene) => sameSize && scene.highlight === undefined && isWhole(scene.crop, whole),
  }
}

function isWhole(crop: Rectangle, whole: Rectangle): boolean {
  return crop.x === 0 && crop.y === 0 && crop.width === whole.width && crop.height === whole.height
}
