import { beforeEach, expect, test, vi } from 'vitest'
import { Playback } from '#app/(studio)/studio/_editor/player/playback.ts'
import { createStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { StudioSession } from '#app/(studio)/studio/_editor/session/studio-session.ts'
import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { CropPoint } from '#lib/contracts/project.ts'
import { evenClock } from '#lib/core/project/frame-clock.ts'
import { newProject } from '#lib/core/project/new-project.ts'
import {
  copyCrop,
  cropHere,
  goToDoubtful,
  goToKeyframe,
  keepCrop,
  moveKeyframe,
  pasteCrop,
  putCrop,
  removeKeyframes,
  takeCropPath,
  toggleCut,
} from './framing-actions.ts'
import { framingOf } from './framing-state.ts'

let studio: Studio

beforeEach(() => {
  vi.useFakeTimers()
  const session = new StudioSession({
    project: { id: 'prj_1', name: 'Cup', revision: 1, updated_at_ms: 0 },
    document: newProject('ast_1'),
    release: () => {},
    save: {
      draftKey: 'prj_1:tab',
      tabId: 'tab',
      api: { save: async () => ({ saved: { revision: 2, updated_at_ms: 0 } }) },
      drafts: { put: async () => {}, remove: async () => {}, ofProject: async () => [] },
      newSaveId: () => 'save-0001',
      nowMs: () => Date.now(),
    },
  })
  const playback = new Playback(4, 25)
  playback.takeClock(evenClock(25, 4))
  const rest = {
    ui: createStore({ sheet: null }),
    timeline: { controls: null },
    source: { width: 1600, height: 900, fps: 25 },
  }
  studio = { session, playback, ...rest } as unknown as Studio
})

const keyframes = () => studio.session.document.crop.keyframes
const frames = () => keyframes().map(({ frame, source }) => `${frame} ${source}`)
const vertical = () => studio.session.edit({ type: 'set_aspect', aspect: '9:16', source: studio.source })
const found = (frame: number, x: number, confidence = 0.9) => ({
  frame,
  x,
  y: 0,
  width: 506.25,
  height: 900,
  confidence,
  reason: 'follows the ball',
})
const result = (...crop_keyframes: ReturnType<typeof found>[]) => ({
  crop_keyframes,
  width: 1600,
  height: 900,
  followed: 1,
})

test('a drag sets one keyframe at the playhead, and is undone at once', () => {
  vertical()
  studio.playback.seekFrame(30)
  for (const x of [10, 20, 30]) putCrop(studio, { x, y: 0, width: 450, height: 800 }, 'drag')
  expect(keyframes()).toEqual([{ frame: 30, x: 30, y: 0, width: 450, height: 800, source: 'manual' }])
  expect(studio.session.store.get().keyframes).toEqual([30])
  studio.session.undo()
  expect(keyframes()).toEqual([])
})

test('without a shape, and where the whole picture is shown, there is no crop to keep', () => {
  keepCrop(studio)
  vertical()
  studio.session.edit({ type: 'set_crop', changes: { fill: 'fit' } })
  keepCrop(studio)
  expect([cropHere(studio), keyframes()]).toEqual([null, []])
})

test('what auto-crop found is one step to undo, takes its shape, and leaves what the user set', () => {
  vertical()
  studio.session.edit({ type: 'set_crop', changes: { fill: 'fit' } })
  const mine: CropPoint = { frame: 50, x: 7, y: 0, width: 506.25, height: 900, source: 'manual' }
  studio.session.edit({ type: 'put_crop_keyframes', keyframes: [mine] })
  expect(takeCropPath(studio, 'job_1', '1:1', result(found(0, 0), found(50, 400), found(80, 600, 0.4)))).toBe(true)
  expect(studio.session.document.crop).toMatchObject({ aspect: '1:1', fill: 'crop' })
  expect(frames()).toEqual(['0 auto', '50 manual', '80 auto'])
  expect(framingOf(studio.session).get().taken).toEqual({ jobId: 'job_1', keyframes: 3, doubtful: 1 })
  studio.session.undo()
  expect(studio.session.document.crop).toMatchObject({ aspect: '9:16', fill: 'fit', keyframes: [mine] })
})

test('an automatic keyframe that is corrected is the user’s, and another auto-crop leaves it', () => {
  vertical()
  takeCropPath(studio, 'job_1', '9:16', result(found(0, 0), found(40, 400)))
  studio.playback.seekFrame(40)
  putCrop(studio, { x: 600, y: 0, width: 506.25, height: 900 })
  takeCropPath(studio, 'job_2', '9:16', result(found(0, 100), found(40, 500)))
  expect(keyframes().map(({ x, source }) => [x, source])).toEqual([
    [100, 'auto'],
    [600, 'manual'],
  ])
})

test('keyframes are gone to, moved, cut and deleted', () => {
  vertical()
  takeCropPath(studio, 'job_1', '9:16', result(found(0, 0), found(40, 400, 0.2), found(60, 500)))
  goToDoubtful(studio)
  expect([studio.playback.store.get().frame, studio.session.store.get().keyframes]).toEqual([40, [40]])
  toggleCut(studio)
  expect(keyframes()[1]).toEqual({ frame: 40, x: 400, y: 0, width: 506.25, height: 900, source: 'manual', cut: true })
  toggleCut(studio)
  expect(keyframes()[1]?.cut).toBeUndefined()
  moveKeyframe(studio, 40, 45)
  expect(frames()).toEqual(['0 auto', '45 manual', '60 auto'])
  goToKeyframe(studio, 60)
  expect(removeKeyframes(studio)).toBe(true)
  expect(frames()).toEqual(['0 auto', '45 manual'])
  expect(studio.session.store.get().keyframes).toEqual([])
  expect(removeKeyframes(studio)).toBe(false)
})

test('a crop is pasted in the shape of today, with its centre and zoom', () => {
  vertical()
  putCrop(studio, { x: 400, y: 100, width: 225, height: 400 })
  copyCrop(studio)
  studio.session.edit({ type: 'set_aspect', aspect: '1:1', source: studio.source })
  studio.playback.seekFrame(20)
  pasteCrop(studio)
  const pasted = keyframes().at(-1)
  expect(pasted).toMatchObject({ frame: 20, width: 400, height: 400, y: 100, source: 'manual' })
  expect((pasted?.x ?? 0) + 200).toBeCloseTo(512.5)
})
