import {
  EllipsePoint,
  MAX_HIGHLIGHT_KEYFRAMES,
  MAX_HIGHLIGHTS,
  type ProjectDocument,
  ProjectHighlight,
} from '#lib/contracts/project.ts'
import { EffectType } from '#lib/contracts/tasks/render.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import type { EditRefusal, HighlightEdit } from './edits.ts'
import { mergeByFrame, withoutFrames } from './keyframe-lists.ts'

type Highlights = ProjectDocument['highlights']
type Result = { readonly highlights: Highlights } | { readonly refused: EditRefusal }

export function editHighlights(highlights: Highlights, edit: HighlightEdit): Result {
  const { regions } = highlights
  switch (edit.type) {
    case 'set_effect':
      if (!EffectType.safeParse(edit.effect).success) return { refused: 'not_possible' }
      return { highlights: edit.effect === highlights.effect ? highlights : { ...highlights, effect: edit.effect } }
    case 'add_highlight': {
      if (regions.some(({ id }) => id === edit.highlight.id)) return { refused: 'id_taken' }
      if (regions.length >= MAX_HIGHLIGHTS) return { refused: 'too_many' }
      const valid = ProjectHighlight.safeParse(edit.highlight)
      return valid.success
        ? { highlights: { ...highlights, regions: [...regions, valid.data] } }
        : { refused: 'not_possible' }
    }
    case 'change_highlight':
      return change(highlights, edit.id, (region) => ({ ...region, ...edit.changes, id: region.id }))
    case 'remove_highlights': {
      const gone = new Set(edit.ids)
      const left = regions.filter(({ id }) => !gone.has(id))
      if (gone.size === 0) return { highlights }
      if (left.length !== regions.length - gone.size) return { refused: 'no_such_item' }
      return { highlights: { ...highlights, regions: left } }
    }
    case 'put_ellipses':
      return putEllipses(highlights, edit.id, edit.keyframes)
    case 'remove_ellipses':
      return change(highlights, edit.id, (region) => {
        if (region.follows.kind !== 'keyframes') return 'not_possible'
        const left = withoutFrames(region.follows.keyframes, edit.frames)
        if (!left) return 'no_such_item'
        return { ...region, follows: { kind: 'keyframes', keyframes: left } }
      })
    default:
      return assertNever(edit)
  }
}

function putEllipses(highlights: Highlights, id: string, added: readonly EllipsePoint[]): Result {
  const valid = EllipsePoint.array().max(MAX_HIGHLIGHT_KEYFRAMES).safeParse(added)
  if (!valid.success) return { refused: added.length > MAX_HIGHLIGHT_KEYFRAMES ? 'too_many' : 'not_possible' }
  return change(highlights, id, (region) => {
    if (region.follows.kind !== 'keyframes') return 'not_possible'
    const keyframes = mergeByFrame(region.follows.keyframes, valid.data)
    if (keyframes.length > MAX_HIGHLIGHT_KEYFRAMES) return 'too_many'
    return { ...region, follows: { kind: 'keyframes', keyframes } }
  })
}

function change(
  highlights: Highlights,
  id: string,
  decide: (region: ProjectHighlight) => ProjectHighlight | EditRefusal,
): Result {
  const index = highlights.regions.findIndex((region) => region.id === id)
  const region = highlights.regions[index]
  if (!region) return { refused: 'no_such_item' }
  const decided = decide(region)
  if (typeof decided === 'string') return { refused: decided }
  const valid = ProjectHighlight.safeParse(decided)
  if (!valid.success) return { refused: 'not_possible' }
  return { highlights: { ...highlights, regions: highlights.regions.with(index, valid.data) } }
}
