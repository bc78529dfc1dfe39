import { beforeEach, expect, test, vi } from 'vitest'
import { Playback } from '#app/(studio)/studio/_editor/player/playback.ts'
import { createStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { StudioSession } from '#app/(studio)/studio/_editor/session/studio-session.ts'
import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { newProject } from '#lib/core/project/new-project.ts'
import { packTracks } from '#lib/core/project/packed-tracks.ts'
import {
  addEllipse,
  allPlayers,
  highlightName,
  highlightPlayer,
  highlightSelected,
  mergePlayers,
  playersOnScreen,
  putEllipse,
  removeHighlight,
  renamePlayer,
  selectNextPlayer,
  splitPlayer,
} from './overlay-actions.ts'

const FRAMES = 100
const boxes = (first: number, last: number, left: number) =>
  Array.from({ length: last - first }, (_, index) => ({
    frame: first + index,
    bbox: [left, 10, left + 20, 60] as [number, number, number, number],
    confidence: 1,
  }))

const PACKED = packTracks({
  width: 640,
  height: 360,
  fps: 25,
  frames: FRAMES,
  tracks: [
    { track_id: 1, class: 'person', frames: boxes(0, 60, 300) },
    { track_id: 2, class: 'person', frames: boxes(10, 100, 100) },
    { track_id: 3, class: 'person', frames: boxes(70, 100, 500) },
  ],
  unique_tracks: 3,
  moments: [],
  model: 'yolox_m',
  motion_only: false,
})

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
  session.setOverlay({ tracks: { jobId: 'job_1', packed: PACKED } })
  const playback = new Playback(FRAMES / 25, 25)
  const rest = {
    ui: createStore({ sheet: null }),
    timeline: { controls: null },
    source: { width: 640, height: 360, fps: 25 },
  }
  studio = { session, playback, ...rest } as unknown as Studio
})

const overlay = () => studio.session.store.get().overlay
const regions = () => studio.session.document.highlights.regions
function playerOf(id: number) {
  const player = allPlayers(studio).find((candidate) => candidate.id === id)
  if (!player) throw new Error(`no player ${id}`)
  return player
}

test('players are cycled from left to right, around, and only those on the screen', () => {
  studio.playback.seekFrame(20)
  expect(playersOnScreen(studio).map(({ id }) => id)).toEqual([2, 1])
  const visited = [1, 1, 1, -1, -1].map((direction) => {
    selectNextPlayer(studio, direction as 1 | -1)
    return overlay().player
  })
  expect(visited).toEqual([2, 1, 2, 1, 2])
  studio.session.setOverlay({ player: null })
  studio.playback.seekFrame(99)
  selectNextPlayer(studio, -1)
  expect(overlay().player).toBe(3)
})

test('a highlight lasts as long as its player, says whose ids it goes by, and is one step to undo', () => {
  highlightPlayer(studio, playerOf(2))
  expect(regions()).toMatchObject([{ start_frame: 10, end_frame: 100, follows: { kind: 'track', track_id: 2 } }])
  expect(studio.session.document.tracks.asset_id).toBe('job_1')
  expect(overlay()).toMatchObject({ player: 2, highlight: regions()[0]?.id })
  studio.session.undo()
  expect([regions(), studio.session.document.tracks.asset_id]).toEqual([[], null])
})

test('who is highlighted already has that highlight selected instead of a second one', () => {
  highlightPlayer(studio, playerOf(1))
  studio.session.setOverlay({ highlight: null, player: 1 })
  highlightSelected(studio)
  expect(regions()).toHaveLength(1)
  expect(overlay().highlight).toBe(regions()[0]?.id)
})

test('after a split the rest is someone new; merged, both are one and the highlight goes on', () => {
  studio.session.setOverlay({ player: 1 })
  studio.playback.seekFrame(30)
  splitPlayer(studio)
  expect(overlay().player).toBe(4)
  expect([playerOf(1).endFrame, playerOf(4).startFrame]).toEqual([30, 30])
  highlightPlayer(studio, playerOf(4))
  mergePlayers(studio, [3, 4])
  expect(allPlayers(studio).map(({ id }) => id)).toEqual([1, 2, 3])
  expect(playerOf(3)).toMatchObject({ startFrame: 30, endFrame: 100 })
  expect(regions()[0]?.follows).toMatchObject({ track_id: 3 })
  studio.session.undo()
  expect(regions()[0]?.follows).toMatchObject({ track_id: 4 })
})

test('a split outside the player, or at an edge, changes nothing', () => {
  studio.session.setOverlay({ player: 2 })
  const before = allPlayers(studio).map(({ id, startFrame, endFrame }) => [id, startFrame, endFrame])
  studio.playback.seekFrame(0)
  splitPlayer(studio)
  expect(allPlayers(studio).map(({ id, startFrame, endFrame }) => [id, startFrame, endFrame])).toEqual(before)
  expect(overlay().player).toBe(2)
})

test('a name typed letter by letter is one step, and names the highlight, too', () => {
  highlightPlayer(studio, playerOf(1))
  for (const name of ['M', 'Mi', 'Mia']) renamePlayer(studio, 1, name, 'typing')
  const [region] = regions()
  if (!region) throw new Error('no highlight')
  expect(highlightName(region, 0, allPlayers(studio))).toBe('Mia')
  expect(highlightName({ ...region, name: 'Goal' }, 0, allPlayers(studio))).toBe('Goal')
  expect(highlightName(region, 0, [])).toBe('Highlight 1')
  studio.session.undo()
  expect(playerOf(1).name).toBe('Player 1')
})

test('an ellipse by hand begins at the frame on the screen; a drag of it is one step', () => {
  studio.playback.seekFrame(40)
  addEllipse(studio, { x: 100, y: 100, radius_x: 30, radius_y: 40 })
  const [region] = regions()
  if (!region) throw new Error('no highlight')
  expect(region).toMatchObject({ start_frame: 40, end_frame: 100 })
  studio.playback.seekFrame(50)
  for (const x of [110, 120, 9000]) putEllipse(studio, region.id, { x, y: 100, radius_x: 30, radius_y: 40 }, 'drag')
  expect(regions()[0]?.follows).toMatchObject({
    keyframes: [
      { frame: 40, x: 100 },
      { frame: 50, x: 640 },
    ],
  })
  studio.session.undo()
  expect(regions()[0]?.follows).toMatchObject({ keyframes: [{ frame: 40 }] })
  removeHighlight(studio, region.id)
  expect([regions(), overlay().highlight]).toEqual([[], null])
})
