import { describe, expect, test } from 'vitest'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { cornersAt, packTracks, unpackTracks } from './packed-tracks.ts'
import { freePlayerId, hitPlayer, listPlayers, playersAt } from './players.ts'
import { LAST_FRAME } from './track-pieces.ts'

type Boxes = TracksFile['tracks'][number]['frames']

const boxesFrom = (first: number, count: number, left = 0): Boxes =>
  Array.from({ length: count }, (_, index) => ({
    frame: first + index,
    bbox: [left + index, 10, left + index + 20, 50],
    confidence: 1,
  }))

const fileOf = (tracks: TracksFile['tracks'], frames = 100): TracksFile => ({
  width: 640,
  height: 360,
  fps: 10,
  frames,
  tracks,
  unique_tracks: tracks.length,
  moments: [],
  model: 'motion',
  motion_only: true,
})

const two = packTracks(
  fileOf([
    { track_id: 1, class: 'person', frames: [...boxesFrom(0, 10), ...boxesFrom(14, 6), ...boxesFrom(40, 10)] },
    { track_id: 7, class: 'sports ball', frames: boxesFrom(5, 20, 300) },
  ]),
)
const [runner, ball] = two.tracks as [(typeof two.tracks)[number], (typeof two.tracks)[number]]

describe('packed tracks', () => {
  test('every box is found at its frame, and none before, after, or in a long gap', () => {
    expect(cornersAt(two, runner, 0)).toEqual([0, 10, 20, 50])
    expect(cornersAt(two, runner, 9)).toEqual([9, 10, 29, 50])
    expect(cornersAt(two, runner, 49)).toEqual([9, 10, 29, 50])
    expect([cornersAt(two, runner, 25), cornersAt(two, runner, 50), cornersAt(two, ball, 4)]).toEqual([
      null,
      null,
      null,
    ])
  })

  test('over a gap of half a second at most the box stays where it was', () => {
    expect(cornersAt(two, runner, 12)).toEqual([9, 10, 29, 50])
    expect(cornersAt(two, runner, 24)).toEqual([5, 10, 25, 50])
    expect(cornersAt(two, runner, 25)).toBeNull()
  })

  test('some of the tracks come back as the file has them', () => {
    const file = unpackTracks(two, new Set([7]))
    expect(file.tracks).toEqual([{ track_id: 7, class: 'sports ball', frames: boxesFrom(5, 20, 300) }])
    expect(file).toMatchObject({ width: 640, fps: 10, unique_tracks: 1 })
  })

  test('a frame of 20 tracks × 5,000 frames touches few boxes', () => {
    const many = packTracks(
      fileOf(
        Array.from({ length: 20 }, (_, index) => ({
          track_id: index + 1,
          class: 'person',
          frames: boxesFrom(0, 5000, index),
        })),
        5000,
      ),
    )
    let reads = 0
    const watched = new Proxy(many.boxFrames, {
      get: (list, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1
        return Reflect.get(list, key)
      },
    })
    const players = listPlayers(many, [])
    const boxes = playersAt({ ...many, boxFrames: watched }, players, 3777)
    expect(boxes.map(({ corners: [left] }) => left)).toEqual(Array.from({ length: 20 }, (_, index) => index + 3777))
    expect(reads).toBeLessThanOrEqual(20 * 14)
  })
})

describe('players', () => {
  test('tracks nobody edited are themselves, called by class and number, in order of appearance', () => {
    expect(listPlayers(two, []).map(({ id, name, startFrame, endFrame }) => [id, name, startFrame, endFrame])).toEqual([
      [1, 'Player 1', 0, 50],
      [7, 'Ball 7', 5, 25],
    ])
  })

  test('a name, a split and a merge show', () => {
    const pieces = [{ track_id: 1, start_frame: 0, end_frame: 8 }]
    const players = listPlayers(two, [
      { id: 1, name: 'Mia', pieces },
      { id: 8, name: '', pieces: [{ track_id: 1, start_frame: 8, end_frame: LAST_FRAME }] },
      { id: 7, name: '', pieces: [] },
    ])
    expect(players.map(({ id, name, startFrame, endFrame }) => [id, name, startFrame, endFrame])).toEqual([
      [1, 'Mia', 0, 8],
      [8, 'Player 8', 8, 50],
    ])
    expect(playersAt(two, players, 7).map(({ player }) => player.id)).toEqual([1])
    expect(playersAt(two, players, 8).map(({ player }) => player.id)).toEqual([8])
    expect(freePlayerId(two, [{ id: 8, name: '', pieces }])).toBe(9)
  })

  test('of boxes over each other the smaller is hit; beside all of them the nearest within reach', () => {
    const [player] = listPlayers(two, [])
    if (!player) throw new Error('nobody there')
    const large = { player, corners: [0, 0, 100, 100] as const }
    const small = { player, corners: [40, 40, 60, 60] as const }
    expect(hitPlayer([large, small], 50, 50, 0)).toBe(small)
    expect(hitPlayer([small, large], 10, 10, 0)).toBe(large)
    expect(hitPlayer([large, small], 106, 50, 8)).toBe(large)
    expect(hitPlayer([large, small], 109, 50, 8)).toBeNull()
  })
})
