import { beforeEach, expect, test, vi } from 'vitest'
import { Playback } from '#app/(studio)/studio/_editor/player/playback.ts'
import { createStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { StudioSession } from '#app/(studio)/studio/_editor/session/studio-session.ts'
import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { stopTimes } from '#app/(studio)/studio/_editor/timeline/snap-targets.ts'
import { frameClock } from '#lib/core/project/frame-clock.ts'
import { newProject } from '#lib/core/project/new-project.ts'
import {
  changeSelected,
  markIn,
  markOut,
  mergeSelected,
  moveSelected,
  nudgeEdge,
  removeSelected,
  selectNeighbour,
  splitAtPlayhead,
} from './clip-actions.ts'

/** A variable rate: frames begin at these times, the last ends at 2 s. */
const TIMES = Float64Array.of(0, 0.1, 0.15, 0.4, 0.5, 0.9, 1.2, 1.5, 1.9)
const at = (frame: number) => TIMES[frame] ?? 2

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
  const playback = new Playback(2, 4.5)
  playback.takeClock(frameClock(TIMES, 2))
  const rest = {
    ui: createStore({ sheet: null }),
    timeline: { controls: null },
    source: { width: 16, height: 9, fps: 4.5 },
  }
  studio = { session, playback, ...rest } as unknown as Studio
})

const clips = () => studio.session.document.clips
const edges = () => clips().map(({ start_time, end_time }) => [start_time, end_time])

function mark(from: number, to: number): void {
  studio.playback.seekFrame(from)
  markIn(studio)
  studio.playback.seekFrame(to)
  markOut(studio)
}

test('a marked clip shows the first and the last frame that were on the screen', () => {
  mark(2, 4)
  expect(edges()).toEqual([[at(2), at(5)]])
  expect(clips()[0]).toMatchObject({ kept: true, label: '' })
  expect(studio.session.store.get()).toMatchObject({ markInS: null, selected: [clips()[0]?.id] })
})

test('marked backwards it is the same clip, and the last frame of the video can be in it', () => {
  mark(8, 6)
  expect(edges()).toEqual([[at(6), 2]])
})

test('without a mark, "ends here" moves the end of the selected clip; "starts here" its start', () => {
  mark(2, 4)
  studio.playback.seekFrame(6)
  markOut(studio)
  expect(edges()).toEqual([[at(2), at(7)]])
  studio.playback.seekFrame(3)
  nudgeEdge(studio, 'start')
  expect(edges()).toEqual([[at(3), at(7)]])
})

test('an edge that would leave no frame is refused, and said', () => {
  mark(2, 4)
  studio.playback.seekFrame(7)
  nudgeEdge(studio, 'start')
  expect(edges()).toEqual([[at(2), at(5)]])
  expect(studio.session.store.get().news).toMatchObject({ kind: 'refused', why: 'not_possible' })
})

test('a clip is split before the frame on the screen, and merged again', () => {
  mark(2, 6)
  studio.playback.seekFrame(4)
  splitAtPlayhead(studio)
  expect(edges()).toEqual([
    [at(2), at(4)],
    [at(4), at(7)],
  ])
  studio.session.select(clips().map(({ id }) => id))
  mergeSelected(studio)
  expect(edges()).toEqual([[at(2), at(7)]])
})

test('what is done to several clips is undone at once', () => {
  mark(0, 1)
  mark(3, 4)
  studio.session.select(clips().map(({ id }) => id))
  changeSelected(studio, { rating: 3 })
  expect(clips().map(({ rating }) => rating)).toEqual([3, 3])
  studio.session.undo()
  expect(clips().map(({ rating }) => rating)).toEqual([undefined, undefined])
  removeSelected(studio)
  expect(clips()).toEqual([])
  studio.session.undo()
  expect(clips()).toHaveLength(2)
})

test('clips move within the reel and not beyond it; stepping through them shows their first frames', () => {
  mark(0, 1)
  mark(3, 4)
  moveSelected(studio, -1)
  moveSelected(studio, -1)
  expect(edges()[0]).toEqual([at(3), at(5)])
  selectNeighbour(studio, 1)
  expect([studio.playback.store.get().frame, studio.session.store.get().selected]).toEqual([0, [clips()[1]?.id]])
})

test('edges to jump to are the first and last frames of clips', () => {
  mark(2, 4)
  expect(stopTimes(studio.session.document, studio.playback.store.get().clock)).toEqual([0, at(2), at(4), at(8)])
})
