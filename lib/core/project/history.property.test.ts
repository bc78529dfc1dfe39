import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ASPECTS, ProjectDocument } from '#lib/contracts/project.ts'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { EFFECT_TYPES, FORMATS } from '#lib/contracts/tasks/render.ts'
import { applyEdit } from './apply-edit.ts'
import type { ProjectEdit } from './edits.ts'
import { doEdit, type History, redo, startHistory, undo } from './history.ts'
import { openDocument } from './migrations.ts'
import { newProject } from './new-project.ts'
import { type ProjectTask, toTaskRequest } from './to-task-request.ts'

/** Sound values, and now and then one that no project may hold. */
function mostly<Value>(sound: fc.Arbitrary<Value>, ...unsound: Value[]): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 19, arbitrary: sound }, { weight: 1, arbitrary: fc.constantFrom(...unsound) })
}

/** Few ids, so that edits meet what earlier ones made; and some of every kind that no project may hold. */
const id = mostly(fc.constantFrom('a', 'b', 'c', 'd', 'e'), 'not an id')
const time = mostly(
  fc.integer({ min: 0, max: 200 }).map((tenths) => tenths / 10),
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
)
const frame = mostly(fc.integer({ min: 0, max: 60 }), -1, 0.5, 1e9)
const place = mostly(
  fc.integer({ min: -1000, max: 20_000 }).map((tenths) => tenths / 10 + 0),
  Number.NaN,
  1e9,
)
const side = mostly(fc.double({ min: 0.1, max: 2000, noNaN: true }), 0, -5, 1e9)
const trackId = mostly(fc.integer({ min: 1, max: 5 }), 0, 1.5)
const fraction = mostly(fc.double({ min: 0, max: 1, noNaN: true }), -1, 2)
const text = mostly(fc.string({ maxLength: 20 }), 'x'.repeat(500))

const clip = fc.record(
  {
    id,
    start_time: time,
    end_time: time,
    label: text,
    kept: fc.boolean(),
    rating: fc.integer({ min: 0, max: 6 }),
    notes: text,
  },
  { requiredKeys: ['id', 'start_time', 'end_time', 'label', 'kept'] },
)
const point = fc.record(
  {
    frame,
    x: place,
    y: place,
    width: side,
    height: side,
    source: fc.constantFrom('manual' as const, 'auto' as const),
    cut: fc.boolean(),
    confidence: fraction,
  },
  { requiredKeys: ['frame', 'x', 'y', 'width', 'height', 'source'] },
)
const ellipse = fc.record({ frame, x: place, y: place, radius_x: side, radius_y: side })
const follows = fc.oneof(
  fc.record({ kind: fc.constant('track' as const), track_id: trackId }),
  fc.record({ kind: fc.constant('keyframes' as const), keyframes: fc.array(ellipse, { maxLength: 3 }) }),
)
const highlight = fc.record({ id, name: text, start_frame: frame, end_frame: frame, opacity: fraction, follows })

const clipEdits = [
  fc.record({ type: fc.constant('add_clips' as const), clips: fc.array(clip, { maxLength: 3 }) }),
  fc.record({
    type: fc.constant('change_clip' as const),
    id,
    changes: fc.record(
      {
        start_time: time,
        end_time: time,
        label: text,
        kept: fc.boolean(),
        rating: fc.option(fc.integer({ min: 0, max: 6 })),
        notes: fc.option(text),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ type: fc.constant('remove_clips' as const), ids: fc.array(id, { maxLength: 2 }) }),
  fc.record({ type: fc.constant('move_clip' as const), id, to: fc.integer({ min: -1, max: 6 }) }),
  fc.record({ type: fc.constant('split_clip' as const), id, at_time: time, new_id: id }),
  fc.record({ type: fc.constant('merge_clips' as const), ids: fc.array(id, { maxLength: 3 }) }),
]
const cropEdits = [
  fc.record({
    type: fc.constant('set_aspect' as const),
    aspect: fc.constantFrom(...ASPECTS),
    source: fc.record({ width: side, height: side }),
  }),
  fc.record({
    type: fc.constant('set_crop' as const),
    changes: fc.record(
      { smoothing: fraction, fill: fc.constantFrom('crop' as const, 'fit' as const) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({ type: fc.constant('put_crop_keyframes' as const), keyframes: fc.array(point, { maxLength: 4 }) }),
  fc.record({ type: fc.constant('fill_crop_path' as const), keyframes: fc.array(point, { maxLength: 4 }) }),
  fc.record({ type: fc.constant('move_crop_keyframe' as const), frame, to: frame }),
  fc.record({ type: fc.constant('remove_crop_keyframes' as const), frames: fc.array(frame, { maxLength: 2 }) }),
]
const highlightEdits = [
  fc.record({ type: fc.constant('set_effect' as const), effect: fc.constantFrom(...EFFECT_TYPES) }),
  fc.record({ type: fc.constant('add_highlight' as const), highlight }),
  fc.record({
    type: fc.constant('change_highlight' as const),
    id,
    changes: fc.record({ start_frame: frame, end_frame: frame, opacity: fraction, follows }, { requiredKeys: [] }),
  }),
  fc.record({ type: fc.constant('remove_highlights' as const), ids: fc.array(id, { maxLength: 2 }) }),
  fc.record({ type: fc.constant('put_ellipses' as const), id, keyframes: fc.array(ellipse, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('remove_ellipses' as const), id, frames: fc.array(frame, { maxLength: 2 }) }),
]
const trackEdits = [
  fc.record({ type: fc.constant('use_tracks' as const), asset_id: fc.constantFrom(null, 'ast_1', 'ast_2', '') }),
  fc.record({ type: fc.constant('name_track' as const), id: trackId, name: text }),
  fc.record({ type: fc.constant('split_track' as const), id: trackId, at_frame: frame, new_id: trackId }),
  fc.record({ type: fc.constant('merge_tracks' as const), ids: fc.array(trackId, { maxLength: 3 }) }),
]
const settingEdits = [
  fc.record({
    type: fc.constant('set_scenes' as const),
    changes: fc.record({ threshold: time, min_scene_length: time }, { requiredKeys: [] }),
  }),
  fc.record({
    type: fc.constant('set_export' as const),
    changes: fc.record(
      {
        mode: fc.constantFrom('reel' as const, 'separate' as const),
        format: fc.constantFrom(...FORMATS),
        codec: fc.constantFrom('h264' as const, 'hevc' as const, 'av1' as const),
        upscale: fc.boolean(),
        max_height: fc.option(fc.constantFrom(720, 721), { nil: undefined }),
      },
      { requiredKeys: [] },
    ),
  }),
]

/** Edits of every kind but `replace_document`, sound and unsound. */
const arbitraryEdit: fc.Arbitrary<ProjectEdit> = fc.oneof(
  ...clipEdits,
  ...cropEdits,
  ...highlightEdits,
  ...trackEdits,
  ...settingEdits,
)

const edits = fc.array(arbitraryEdit, { minLength: 10, maxLength: 40 })

/** As a user would: what is refused changes nothing. */
function edited(sequence: readonly ProjectEdit[], history = startHistory(newProject('ast_source'))): History {
  return sequence.reduce((current, edit) => {
    const result = doEdit(current, edit)
    return 'refused' in result ? current : result.history
  }, history)
}

test('property: whatever is edited, the document stays valid', () => {
  let made = 0
  fc.assert(
    fc.property(edits, (sequence) => {
      const { document, past } = edited(sequence)
      const parsed = ProjectDocument.safeParse(document)
      expect(parsed.error?.issues ?? []).toEqual([])
      made += past.length
    }),
    { numRuns: 300 },
  )
  // Most edits must have been sound, or the property says little.
  expect(made).toBeGreaterThan(1000)
})

test('property: no edit changes the document it was given', () => {
  fc.assert(
    fc.property(edits, arbitraryEdit, (sequence, edit) => {
      const { document } = edited(sequence)
      const before = structuredClone(document)
      applyEdit(document, edit)
      expect(document).toEqual(before)
    }),
  )
})

test('property: undo brings back the very document, redo the edited one', () => {
  fc.assert(
    fc.property(edits, arbitraryEdit, (sequence, edit) => {
      const before = edited(sequence)
      const result = doEdit(before, edit)
      if ('refused' in result || result.history === before) return
      const { history } = result
      expect(undo(history).document).toBe(before.document)
      expect(redo(undo(history)).document).toBe(history.document)
    }),
  )
})

test('property: undoing everything leads to the start, redoing everything back to the end', () => {
  fc.assert(
    fc.property(edits, (sequence) => {
      const start = startHistory(newProject('ast_source'))
      const end = edited(sequence, start)
      let history = end
      for (let steps = end.past.length; steps > 0; steps -= 1) history = undo(history)
      expect(history.document).toBe(start.document)
      while (history.future.length > 0) history = redo(history)
      expect(history.document).toBe(end.document)
    }),
  )
})

test('property: a document survives JSON', () => {
  fc.assert(
    fc.property(edits, (sequence) => {
      const { document } = edited(sequence)
      expect(openDocument(JSON.parse(JSON.stringify(document)))).toEqual({ document })
    }),
  )
})

const TASKS: readonly ProjectTask[] = ['annotate', 'framing', 'overlay', 'export']

test('property: every document gives each task a request its contract takes, or a reason', () => {
  const source = fc.record({
    width: fc.integer({ min: 16, max: 7680 }),
    height: fc.integer({ min: 16, max: 4320 }),
    fps: fc.double({ min: 1, max: 240, noNaN: true }),
  })
  fc.assert(
    fc.property(edits, source, fc.constantFrom(...TASKS), (sequence, size, task) => {
      const made = toTaskRequest(edited(sequence).document, task, size)
      if ('obstacle' in made) expect(task).not.toBe('export')
      else expect(TaskRequest.parse(made.request)).toEqual(made.request)
    }),
    { numRuns: 300 },
  )
})
