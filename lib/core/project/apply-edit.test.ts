import { describe, expect, test } from 'vitest'
import { MAX_CLIPS, MAX_KEPT_CLIPS, type ProjectClip, type ProjectDocument } from '#lib/contracts/project.ts'
import { applyEdit } from './apply-edit.ts'
import type { ProjectEdit } from './edits.ts'
import { newProject } from './new-project.ts'

const SOURCE = { width: 1920, height: 1080 }

function clip(id: string, start_time: number, end_time: number, more: Partial<ProjectClip> = {}): ProjectClip {
  return { id, start_time, end_time, label: id.toUpperCase(), kept: true, ...more }
}

function edited(document: ProjectDocument, ...edits: ProjectEdit[]): ProjectDocument {
  return edits.reduce((current, edit) => {
    const result = applyEdit(current, edit)
    if ('refused' in result) throw new Error(`${edit.type}: ${result.refused}`)
    return result.document
  }, document)
}

const empty = newProject('ast_1')
const three = edited(empty, { type: 'add_clips', clips: [clip('a', 0, 2), clip('b', 5, 6), clip('c', 8, 12)] })
const ids = (document: ProjectDocument) => document.clips.map(({ id }) => id).join('')

describe('clips', () => {
  test('stand in reel order and can be moved', () => {
    expect(ids(edited(three, { type: 'move_clip', id: 'c', to: 0 }))).toBe('cab')
    expect(ids(edited(three, { type: 'move_clip', id: 'a', to: 2 }))).toBe('bca')
    expect(ids(edited(three, { type: 'add_clips', clips: [clip('d', 1, 2)], at: 1 }))).toBe('adbc')
  })

  test('are split at a time inside them, and nowhere else', () => {
    const split = edited(three, { type: 'split_clip', id: 'c', at_time: 9.5, new_id: 'd' })
    expect(split.clips.slice(2)).toEqual([clip('c', 8, 9.5), clip('d', 9.5, 12, { label: 'C' })])
    for (const at_time of [8, 12, 3, Number.NaN])
      expect(applyEdit(three, { type: 'split_clip', id: 'c', at_time, new_id: 'd' })).toEqual({
        refused: 'not_possible',
      })
    expect(applyEdit(three, { type: 'split_clip', id: 'c', at_time: 9, new_id: 'a' })).toEqual({ refused: 'id_taken' })
  })

  test('merge into the first of the reel, over everything between them', () => {
    const merged = edited(three, { type: 'move_clip', id: 'c', to: 0 }, { type: 'merge_clips', ids: ['b', 'c'] })
    expect(merged.clips).toEqual([clip('c', 5, 12), clip('a', 0, 2)])
  })

  test('lose their rating with null, and keep what is not named', () => {
    const rated = edited(three, { type: 'change_clip', id: 'a', changes: { rating: 4, notes: 'left foot' } })
    expect(rated.clips[0]).toEqual(clip('a', 0, 2, { rating: 4, notes: 'left foot' }))
    expect(edited(rated, { type: 'change_clip', id: 'a', changes: { rating: null } }).clips[0]).toEqual(
      clip('a', 0, 2, { notes: 'left foot' }),
    )
  })

  test('that are the same are no change at all', () => {
    expect(edited(three, { type: 'change_clip', id: 'a', changes: { label: 'A' } })).toBe(three)
    expect(edited(three, { type: 'move_clip', id: 'a', to: 0 })).toBe(three)
  })

  test('are refused when empty, unknown, taken or too many', () => {
    expect(applyEdit(three, { type: 'change_clip', id: 'a', changes: { end_time: 0 } })).toEqual({
      refused: 'not_possible',
    })
    expect(applyEdit(three, { type: 'remove_clips', ids: ['a', 'x'] })).toEqual({ refused: 'no_such_item' })
    expect(applyEdit(three, { type: 'add_clips', clips: [clip('a', 0, 1)] })).toEqual({ refused: 'id_taken' })
    const many = (count: number, kept: boolean) =>
      Array.from({ length: count }, (_, index) => clip(`n${index}`, index, index + 1, { kept }))
    expect(applyEdit(empty, { type: 'add_clips', clips: many(MAX_CLIPS + 1, false) })).toEqual({ refused: 'too_many' })
    expect(applyEdit(empty, { type: 'add_clips', clips: many(MAX_KEPT_CLIPS + 1, true) })).toEqual({
      refused: 'too_many',
    })
  })
})

describe('crop', () => {
  const auto = (frame: number, x: number) => ({ frame, x, y: 0, width: 607.5, height: 1080, source: 'auto' as const })
  const vertical = edited(empty, { type: 'set_aspect', aspect: '9:16', source: SOURCE })

  test('auto-crop replaces what it had found, and leaves what the user set', () => {
    const manual = { ...auto(30, 500), source: 'manual' as const }
    const once = edited(
      vertical,
      { type: 'fill_crop_path', keyframes: [auto(0, 0), auto(60, 900)] },
      { type: 'put_crop_keyframes', keyframes: [manual] },
      { type: 'fill_crop_path', keyframes: [auto(10, 100), auto(30, 300)] },
    )
    expect(once.crop.keyframes).toEqual([auto(10, 100), manual])
  })

  test('another shape keeps centre and zoom, inside the picture', () => {
    const half = { frame: 0, x: 800, y: 200, width: 303.75, height: 540, source: 'manual' as const }
    const square = edited(
      vertical,
      { type: 'put_crop_keyframes', keyframes: [half] },
      { type: 'set_aspect', aspect: '1:1', source: SOURCE },
    )
    const [reshaped] = square.crop.keyframes
    expect(reshaped).toMatchObject({ width: 540, height: 540, y: 200 })
    expect((reshaped?.x ?? 0) + 270).toBeCloseTo(800 + 303.75 / 2)
  })

  test('a keyframe moved onto another takes its place and is the user’s from then on', () => {
    const moved = edited(
      vertical,
      { type: 'fill_crop_path', keyframes: [auto(0, 0), auto(60, 900)] },
      { type: 'move_crop_keyframe', frame: 0, to: 60 },
    )
    expect(moved.crop.keyframes).toEqual([{ ...auto(60, 0), source: 'manual' }])
  })
})

describe('players', () => {
  const follow = (id: string, track_id: number): ProjectEdit => ({
    type: 'add_highlight',
    highlight: { id, name: '', start_frame: 0, end_frame: 90, opacity: 1, follows: { kind: 'track', track_id } },
  })
  const tracked = edited(empty, { type: 'use_tracks', asset_id: 'ast_tracks' })

  test('a split track is two players from that frame on', () => {
    const { tracks } = edited(tracked, { type: 'split_track', id: 3, at_frame: 50, new_id: 90 })
    expect(tracks.identities).toEqual([
      { id: 3, name: '', pieces: [{ track_id: 3, start_frame: 0, end_frame: 50 }] },
      { id: 90, name: '', pieces: [{ track_id: 3, start_frame: 50, end_frame: 100_000_000 }] },
    ])
  })

  test('merged players are one, also for what followed the others', () => {
    const merged = edited(tracked, follow('h', 7), { type: 'merge_tracks', ids: [3, 7] })
    expect(merged.highlights.regions[0]?.follows).toEqual({ kind: 'track', track_id: 3 })
    expect(merged.tracks.identities.map(({ pieces }) => pieces.length)).toEqual([2, 0])
  })

  test('another tracks file takes names and followers of the old one with it', () => {
    const named = edited(tracked, follow('h', 7), { type: 'name_track', id: 7, name: 'Mia' })
    const renewed = edited(named, { type: 'use_tracks', asset_id: 'ast_newer' })
    expect(renewed.tracks).toEqual({ asset_id: 'ast_newer', identities: [] })
    expect(renewed.highlights.regions).toEqual([])
  })
})

test('a project stays with its video', () => {
  expect(applyEdit(empty, { type: 'replace_document', document: newProject('ast_2') })).toEqual({
    refused: 'not_possible',
  })
})
