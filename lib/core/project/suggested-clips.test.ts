import { expect, test } from 'vitest'
import { MAX_CLIPS, MAX_KEPT_CLIPS, type ProjectClip } from '#lib/contracts/project.ts'
import type { Scene } from '#lib/contracts/tasks/detect-scenes.ts'
import { applyEdit } from './apply-edit.ts'
import { evenClock, frameClock } from './frame-clock.ts'
import { newProject } from './new-project.ts'
import {
  clipsOf,
  joinScenes,
  notYetMade,
  type SuggestedClip,
  suggestMoments,
  suggestScenes,
} from './suggested-clips.ts'

const scene = (start_frame: number, end_frame: number): Scene => ({
  start_frame,
  end_frame,
  start_time: start_frame / 10,
  end_time: end_frame / 10,
})
const SCENES = [scene(0, 10), scene(10, 25), scene(25, 40)]
const clip = (id: string, kept = true): ProjectClip => ({ id, start_time: 0, end_time: 1, label: '', kept })
const manyClips = (count: number, kept: boolean) => Array.from({ length: count }, (_, index) => clip(`c${index}`, kept))

test('a cut that is taken away joins the scenes around it; one that is no cut any more changes nothing', () => {
  expect(joinScenes(SCENES, new Set([25, 33]))).toEqual([scene(0, 10), scene(10, 40)])
  expect(joinScenes(SCENES, new Set([10, 25]))).toEqual([scene(0, 40)])
  expect(joinScenes(SCENES, new Set([0]))).toEqual(SCENES)
})

test('scenes begin with the frames of the studio’s clock where it counts the same frames, else when the worker says', () => {
  const clock = frameClock(
    Float64Array.from({ length: 40 }, (_, frame) => frame / 10 + 0.003),
    4.003,
  )
  expect(suggestScenes(SCENES, 40, clock)[1]).toEqual({ id: 'scene-10-25', startS: 1.003, endS: 2.503 })
  expect(suggestScenes(SCENES, 41, clock)[1]).toEqual({ id: 'scene-10-25', startS: 1, endS: 2.5 })
  expect(suggestScenes(SCENES, 40, evenClock(12, 4))[1]).toMatchObject({ startS: 1, endS: 2.5 })
})

test('moments come in order of time with their reason, as far as the video goes', () => {
  const moments = [
    { start_frame: 30, end_frame: 45, score: 0.4, reason: 'Burst of motion' },
    { start_frame: 5, end_frame: 10, score: 0.9, reason: 'Player 3 at the ball' },
    { start_frame: 60, end_frame: 70, score: 0.9, reason: 'of another video' },
  ]
  expect(suggestMoments(moments, evenClock(10, 4))).toEqual([
    { id: 'moment-5-10', startS: 0.5, endS: 1, score: 0.9, reason: 'Player 3 at the ball' },
    { id: 'moment-30-45', startS: 3, endS: 4, score: 0.4, reason: 'Burst of motion' },
  ])
})

test('what is a clip already, trimmed and named meanwhile, is not made again; other clips stay as they are', () => {
  const suggested = suggestScenes(SCENES, 40, evenClock(10, 4))
  const existing = [clip('mine'), { ...clip('scene-10-25'), label: 'Corner', start_time: 1.2, end_time: 2 }]
  expect(notYetMade(suggested, existing).map(({ id }) => id)).toEqual(['scene-0-10', 'scene-25-40'])
  const document = { ...newProject('ast_1'), clips: existing }
  const made = applyEdit(document, { type: 'add_clips', clips: clipsOf(suggested, existing) ?? [] })
  expect(made).toMatchObject({
    document: { clips: [...existing, { id: 'scene-0-10', kept: true }, { id: 'scene-25-40', end_time: 4 }] },
  })
})

test('a reason becomes the notes of the clip', () => {
  const moment: SuggestedClip = { id: 'moment-1-2', startS: 0, endS: 1, reason: 'Player 3 at the ball', score: 1 }
  expect(clipsOf([moment], [])).toEqual([{ ...clip('moment-1-2'), notes: 'Player 3 at the ball' }])
})

test('beyond what a reel can hold clips are made but not kept; beyond what a project can hold none is made', () => {
  const suggested = suggestScenes(SCENES, 40, evenClock(10, 4))
  const nearlyFull = manyClips(MAX_KEPT_CLIPS - 1, true)
  expect(clipsOf(suggested, nearlyFull)?.map(({ kept }) => kept)).toEqual([true, false, false])
  expect(clipsOf(suggested, manyClips(MAX_CLIPS - 3, false))).toHaveLength(3)
  expect(clipsOf(suggested, manyClips(MAX_CLIPS - 2, false))).toBeNull()
})
