import { CropPoint, MAX_CROP_KEYFRAMES, type ProjectCrop, ProjectCrop as Schema } from '#lib/contracts/project.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { aspectRatio, reshapeCrop } from './crop-shapes.ts'
import type { CropEdit, EditRefusal } from './edits.ts'
import { mergeByFrame, withoutFrames } from './keyframe-lists.ts'

type Result = { readonly crop: ProjectCrop } | { readonly refused: EditRefusal }

export function editCrop(crop: ProjectCrop, edit: CropEdit): Result {
  switch (edit.type) {
    case 'set_aspect':
      return setAspect(crop, edit)
    case 'set_crop': {
      const changed = Schema.omit({ keyframes: true }).safeParse({ ...settingsOf(crop), ...edit.changes })
      if (!changed.success) return { refused: 'not_possible' }
      const same = changed.data.smoothing === crop.smoothing && changed.data.fill === crop.fill
      return { crop: same ? crop : { ...changed.data, keyframes: crop.keyframes } }
    }
    case 'put_crop_keyframes':
      return putKeyframes(crop, edit.keyframes)
    case 'move_crop_keyframe':
      return moveKeyframe(crop, edit.frame, edit.to)
    case 'remove_crop_keyframes': {
      const left = withoutFrames(crop.keyframes, edit.frames)
      return left ? { crop: { ...crop, keyframes: left } } : { refused: 'no_such_item' }
    }
    case 'fill_crop_path': {
      const manual = crop.keyframes.filter(({ source }) => source === 'manual')
      const auto = edit.keyframes.map((keyframe) => ({ ...keyframe, source: 'auto' as const }))
      const emptied = { ...crop, keyframes: [] }
      const filled = putKeyframes(emptied, auto)
      return 'refused' in filled ? filled : putKeyframes(filled.crop, manual)
    }
    default:
      return assertNever(edit)
  }
}

function settingsOf({ aspect, smoothing, fill }: ProjectCrop): Omit<ProjectCrop, 'keyframes'> {
  return { aspect, smoothing, fill }
}

function setAspect(crop: ProjectCrop, { aspect, source }: Extract<CropEdit, { type: 'set_aspect' }>): Result {
  if (!(source.width > 0 && source.height > 0)) return { refused: 'not_possible' }
  const ratio = aspectRatio(aspect)
  if (aspect === crop.aspect) return { crop }
  // Without a shape the path is not used; it is kept for the next shape that is chosen.
  if (ratio === null) return { crop: { ...crop, aspect } }
  const reshaped = crop.keyframes.map((keyframe) => ({ ...keyframe, ...reshapeCrop(keyframe, ratio, source) }))
  const valid = Schema.safeParse({ ...crop, aspect, keyframes: reshaped })
  return valid.success ? { crop: valid.data } : { refused: 'not_possible' }
}

function putKeyframes(crop: ProjectCrop, added: readonly CropPoint[]): Result {
  const valid = CropPoint.array().max(MAX_CROP_KEYFRAMES).safeParse(added)
  if (!valid.success) return { refused: added.length > MAX_CROP_KEYFRAMES ? 'too_many' : 'not_possible' }
  if (added.length === 0) return { crop }
  const keyframes = mergeByFrame(crop.keyframes, valid.data)
  return keyframes.length > MAX_CROP_KEYFRAMES ? { refused: 'too_many' } : { crop: { ...crop, keyframes } }
}

function moveKeyframe(crop: ProjectCrop, frame: number, to: number): Result {
  const keyframe = crop.keyframes.find((candidate) => candidate.frame === frame)
  if (!keyframe) return { refused: 'no_such_item' }
  if (frame === to) return { crop }
  const others = crop.keyframes.filter((candidate) => candidate !== keyframe)
  return putKeyframes({ ...crop, keyframes: others }, [{ ...keyframe, frame: to, source: 'manual' }])
}
