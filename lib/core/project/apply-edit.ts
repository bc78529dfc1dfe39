import { ExportSettings, ProjectDocument, SceneSettings } from '#lib/contracts/project.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { editClips } from './edit-clips.ts'
import { editCrop } from './edit-crop.ts'
import { editHighlights } from './edit-highlights.ts'
import { editTracks } from './edit-tracks.ts'
import type { EditResult, ProjectEdit } from './edits.ts'

/**
 * The document after an edit, or why it cannot be made. A valid document stays valid whatever the edit holds; the given one is never
 * changed, and what an edit does not touch is the same object before and after.
 */
export function applyEdit(document: ProjectDocument, edit: ProjectEdit): EditResult {
  switch (edit.type) {
    case 'add_clips':
    case 'change_clip':
    case 'remove_clips':
    case 'move_clip':
    case 'split_clip':
    case 'merge_clips': {
      const result = editClips(document.clips, edit)
      if ('refused' in result) return result
      return { document: result.clips === document.clips ? document : { ...document, clips: [...result.clips] } }
    }
    case 'set_aspect':
    case 'set_crop':
    case 'put_crop_keyframes':
    case 'move_crop_keyframe':
    case 'remove_crop_keyframes':
    case 'fill_crop_path': {
      const result = editCrop(document.crop, edit)
      if ('refused' in result) return result
      return { document: result.crop === document.crop ? document : { ...document, crop: result.crop } }
    }
    case 'set_effect':
    case 'add_highlight':
    case 'change_highlight':
    case 'remove_highlights':
    case 'put_ellipses':
    case 'remove_ellipses': {
      const result = editHighlights(document.highlights, edit)
      if ('refused' in result) return result
      const { highlights } = result
      return { document: highlights === document.highlights ? document : { ...document, highlights } }
    }
    case 'use_tracks':
    case 'name_track':
    case 'split_track':
    case 'merge_tracks':
      return editTracks(document, edit)
    case 'set_scenes': {
      const scenes = SceneSettings.safeParse({ ...document.scenes, ...edit.changes })
      return scenes.success ? { document: { ...document, scenes: scenes.data } } : { refused: 'not_possible' }
    }
    case 'set_export': {
      const settings = ExportSettings.safeParse({ ...document.export, ...edit.changes })
      return settings.success ? { document: { ...document, export: settings.data } } : { refused: 'not_possible' }
    }
    case 'replace_document': {
      // A project is of one video for good.
      if (edit.document.asset_id !== document.asset_id) return { refused: 'not_possible' }
      const valid = ProjectDocument.safeParse(edit.document)
      return valid.success ? { document: valid.data } : { refused: 'not_possible' }
    }
    default:
      return assertNever(edit)
  }
}
