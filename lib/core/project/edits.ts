import type {
  Aspect,
  CropPoint,
  EllipsePoint,
  ExportSettings,
  ProjectClip,
  ProjectDocument,
  ProjectHighlight,
  SceneSettings,
} from '#lib/contracts/project.ts'

/** Only what is named changes; `null` takes an optional field away. */
export interface ClipChanges {
  readonly start_time?: number
  readonly end_time?: number
  readonly label?: string
  readonly kept?: boolean
  readonly rating?: number | null
  readonly notes?: string | null
}

export type HighlightChanges = Partial<Omit<ProjectHighlight, 'id'>>

export type ClipEdit =
  /** Behind the last clip of the reel, or at a place in it. */
  | { readonly type: 'add_clips'; readonly clips: readonly ProjectClip[]; readonly at?: number }
  | { readonly type: 'change_clip'; readonly id: string; readonly changes: ClipChanges }
  | { readonly type: 'remove_clips'; readonly ids: readonly string[] }
  /** To a place in the reel, counted without the clip itself. */
  | { readonly type: 'move_clip'; readonly id: string; readonly to: number }
  | { readonly type: 'split_clip'; readonly id: string; readonly at_time: number; readonly new_id: string }
  /** One clip from the first start to the last end, in the place and under the name of the first in the reel. */
  | { readonly type: 'merge_clips'; readonly ids: readonly string[] }

export type CropEdit =
  | {
      readonly type: 'set_aspect'
      readonly aspect: Aspect
      /** Displayed size of the source: keyframes keep their centre and zoom, and take the new shape. */
      readonly source: { readonly width: number; readonly height: number }
    }
  | { readonly type: 'set_crop'; readonly changes: { readonly smoothing?: number; readonly fill?: 'crop' | 'fit' } }
  /** Adds, or replaces those at the same frames. */
  | { readonly type: 'put_crop_keyframes'; readonly keyframes: readonly CropPoint[] }
  /** Takes the place of a keyframe that is there. */
  | { readonly type: 'move_crop_keyframe'; readonly frame: number; readonly to: number }
  | { readonly type: 'remove_crop_keyframes'; readonly frames: readonly number[] }
  /** What auto-crop found: replaces what it had found before, and leaves what the user set. */
  | { readonly type: 'fill_crop_path'; readonly keyframes: readonly CropPoint[] }

export type HighlightEdit =
  | { readonly type: 'set_effect'; readonly effect: ProjectDocument['highlights']['effect'] }
  | { readonly type: 'add_highlight'; readonly highlight: ProjectHighlight }
  | { readonly type: 'change_highlight'; readonly id: string; readonly changes: HighlightChanges }
  | { readonly type: 'remove_highlights'; readonly ids: readonly string[] }
  | { readonly type: 'put_ellipses'; readonly id: string; readonly keyframes: readonly EllipsePoint[] }
  | { readonly type: 'remove_ellipses'; readonly id: string; readonly frames: readonly number[] }

export type TrackEdit =
  /** Another tracks file has other ids: names and whatever followed a track go with the old one. */
  | { readonly type: 'use_tracks'; readonly asset_id: string | null }
  | { readonly type: 'name_track'; readonly id: number; readonly name: string }
  /** `new_id` is of no track of the file and of no identity. */
  | { readonly type: 'split_track'; readonly id: number; readonly at_frame: number; readonly new_id: number }
  /** All become the first; highlights that followed the others follow it. */
  | { readonly type: 'merge_tracks'; readonly ids: readonly number[] }

/** Every change a user can make to a project, as data: what undo remembers, and what tests replay. */
export type ProjectEdit =
  | ClipEdit
  | CropEdit
  | HighlightEdit
  | TrackEdit
  | { readonly type: 'set_scenes'; readonly changes: Partial<SceneSettings> }
  | {
      readonly type: 'set_export'
      readonly changes: { [Key in keyof ExportSettings]?: ExportSettings[Key] | undefined }
    }
  /** A whole other state of the project: a version brought back, the newer one of another tab. */
  | { readonly type: 'replace_document'; readonly document: ProjectDocument }

export type EditType = ProjectEdit['type']

/**
 * - `no_such_item`: what it names is not there (any more).
 * - `id_taken`: what it adds is there already.
 * - `too_many`: a list would grow beyond its bound.
 * - `not_possible`: the result would be no project: an empty clip, a split at an edge, a value out of its range.
 */
export type EditRefusal = 'no_such_item' | 'id_taken' | 'too_many' | 'not_possible'

/** The same document means that there was nothing to do. */
export type EditResult = { readonly document: ProjectDocument } | { readonly refused: EditRefusal }
