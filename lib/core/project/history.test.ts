import { expect, test } from 'vitest'
import type { ProjectClip } from '#lib/contracts/project.ts'
import type { ProjectEdit } from './edits.ts'
import { doEdit, type History, MAX_STEPS, MAX_WEIGHT, redo, startHistory, undo } from './history.ts'
import { newProject } from './new-project.ts'

function clip(id: string, start_time = 0, end_time = 1): ProjectClip {
  return { id, start_time, end_time, label: '', kept: false }
}

function done(history: History, edit: ProjectEdit, gesture?: string): History {
  const result = doEdit(history, edit, gesture)
  if ('refused' in result) throw new Error(result.refused)
  return result.history
}

const start = done(startHistory(newProject('ast_1')), { type: 'add_clips', clips: [clip('a')] })
const drag = (end_time: number): ProjectEdit => ({ type: 'change_clip', id: 'a', changes: { end_time } })

test('a drag is undone as a whole', () => {
  const dragged = [2, 3, 4].reduce((history, end) => done(history, drag(end), 'drag-1'), start)
  expect(dragged.document.clips[0]?.end_time).toBe(4)
  expect(undo(dragged).document).toBe(start.document)
  expect(redo(undo(dragged)).document).toBe(dragged.document)
})

test('two drags are two steps, and so is a drag that goes on after an undo', () => {
  const twice = done(done(start, drag(2), 'drag-1'), drag(3), 'drag-2')
  expect(undo(twice).document.clips[0]?.end_time).toBe(2)
  const again = done(undo(twice), drag(5), 'drag-1')
  expect(again.future).toEqual([])
  expect(done(redo(undo(twice)), drag(9), 'drag-2').past).toHaveLength(4)
})

test('an edit after an undo forgets what was undone; one that changes nothing does not', () => {
  const undone = undo(done(start, drag(2)))
  expect(done(undone, drag(3)).future).toEqual([])
  expect(done(undone, drag(1)).future).toHaveLength(1)
})

test('memory is bounded by steps and by what they hold', () => {
  let history = start
  for (let i = 0; i < MAX_STEPS + 50; i += 1) history = done(history, drag(2 + i))
  expect(history.past).toHaveLength(MAX_STEPS)

  const point = (frame: number) => ({ frame, x: 0, y: 0, width: 9, height: 16, source: 'manual' as const })
  const many = Array.from({ length: 20_000 }, (_, frame) => point(frame))
  let heavy = done(start, { type: 'put_crop_keyframes', keyframes: many })
  for (let i = 0; i < 60; i += 1) heavy = done(heavy, { type: 'move_crop_keyframe', frame: 19_999 + i, to: 20_000 + i })
  const weight = heavy.past.reduce((sum, step) => sum + step.weight, 0)
  expect(weight).toBeLessThanOrEqual(MAX_WEIGHT)
  expect(heavy.past.length).toBe(Math.floor(MAX_WEIGHT / 20_001))
})
