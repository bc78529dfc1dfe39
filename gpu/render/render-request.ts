import type { Container, EncodeQuality } from '#gpu/media/encode-args.ts'
import type { UpscaleModelName } from '#gpu/models/registry.ts'
import type { CropPath } from '#lib/contracts/geometry.ts'
import type { VideoCodec } from '#lib/contracts/media.ts'
import type { CLIP_MODES, Clip, EffectType, HighlightRegion } from '#lib/contracts/tasks/render.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'

/** What to make of a video. Every part may be absent; all of them together are still one decode, one chain and one encode. */
export interface RenderRequest {
  readonly crop?: CropPath | undefined
  /** A missing side follows the shape of the crop. */
  readonly output?: { readonly width?: number | undefined; readonly height?: number | undefined } | undefined
  readonly highlight?: { readonly effect: EffectType; readonly regions: readonly HighlightRegion[] } | undefined
  /** Boxes of the tracks that highlight regions name. */
  readonly tracks?: TracksFile | undefined
  readonly clips?:
    | { readonly clips: readonly Clip[]; readonly mode: (typeof CLIP_MODES)[number]; readonly burnLabels: boolean }
    | undefined
  readonly maxHeight?: number | undefined
  readonly upscale?: { readonly model: UpscaleModelName; readonly scale: 2 | 4 } | undefined
  readonly format: Container
  readonly codec: VideoCodec
  readonly quality: EncodeQuality
}
