import { describe, expect, it } from 'vitest'
import { Track } from '#lib/contracts/tasks/track.ts'
import { readCropPathFile } from './read-crop-path-file.ts'
import { UnusableData } from './read-data.ts'
import { readScenesFile } from './read-scenes-file.ts'
import { arePlainBoxes, readTracksFile } from './read-tracks-file.ts'

async function* chunksOf(value: unknown, size = 7): AsyncGenerator<string> {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

const box = (frame: number) => ({ frame, bbox: [1, 2, 3, 4], confidence: 0.5 })
const header = { width: 128, height: 72, fps: 10, frames: 10, model: 'motion', motion_only: true }
const moment = { start_frame: 0, end_frame: 4, score: 0.5, reason: 'near the ball' }
const track = (track_id: number, frames: number[]) => ({ track_id, class: 'person', frames: frames.map(box) })
const tracksFile = {
  ...header,
  tracks: [track(3, [0, 1, 4]), track(9, [9])],
  unique_tracks: 2,
  moments: [moment],
  camera: Array.from({ length: 10 }, (_, index) => (index === 0 ? null : [0.5, 0])),
}

describe('a tracks file', () => {
  it('is summed up to everything but its boxes', async () => {
    expect(await readTracksFile(chunksOf(tracksFile))).toEqual({
      ...header,
      unique_tracks: 2,
      moments: [moment],
      tracks: [
        { track_id: 3, class: 'person', start_frame: 0, end_frame: 5, boxes: 3 },
        { track_id: 9, class: 'person', start_frame: 9, end_frame: 10, boxes: 1 },
      ],
    })
  })

  it('may hold nobody and need not tell how the camera moved', async () => {
    const { camera: _camera, ...still } = { ...tracksFile, tracks: [], unique_tracks: 0, moments: [] }
    expect(await readTracksFile(chunksOf(still))).toMatchObject({ tracks: [], moments: [] })
  })

  it.each([
    ['cut off', JSON.stringify(tracksFile).slice(0, -9)],
    ['not JSON', 'tracks'],
    ['a list', []],
    ['with a key nobody knows', { ...tracksFile, owner: 'x' }],
    ['with such a key in a track', { ...tracksFile, tracks: [{ ...track(3, [0]), start_frame: 0 }, track(9, [9])] }],
    ['without a model', { ...tracksFile, model: undefined }],
    ['with a track twice', { ...tracksFile, tracks: [track(3, [0]), track(3, [1])] }],
    ['with a track without boxes', { ...tracksFile, tracks: [track(3, [0]), track(9, [])] }],
    ['with boxes out of order', { ...tracksFile, tracks: [track(3, [4, 1]), track(9, [9])] }],
    ['with a box after the end', { ...tracksFile, tracks: [track(3, [0]), track(9, [10])] }],
    [
      'with a box of three numbers',
      { ...tracksFile, tracks: [track(3, [0]), { ...track(9, []), frames: [{ ...box(1), bbox: [1, 2, 3] }] }] },
    ],
    ['that promises more tracks', { ...tracksFile, unique_tracks: 3 }],
    ['with a moment after the end', { ...tracksFile, moments: [{ ...moment, end_frame: 11 }] }],
    ['with too few camera shifts', { ...tracksFile, camera: [null] }],
    ['whose tracks are numbers', { ...tracksFile, tracks: [1, 2] }],
  ])('%s is refused', async (_what, file) => {
    await expect(readTracksFile(chunksOf(file))).rejects.toThrow(UnusableData)
  })

  it('has no box that is taken for one in haste and that the contract refuses', () => {
    const odd = [0, -1, 0.5, 1e8, 1e9, Number.NaN, Number.POSITIVE_INFINITY, null, '1', [], {}, undefined]
    const boxes = [
      ...odd.map((frame) => ({ ...box(0), frame })),
      ...odd.map((confidence) => ({ ...box(0), confidence })),
      ...odd.flatMap((side) => [0, 3].map((at) => ({ ...box(0), bbox: [1, 2, 3, 4].with(at, side as number) }))),
      ...[[], [1, 2, 3], [1, 2, 3, 4, 5], '1234', null].map((bbox) => ({ ...box(0), bbox })),
      { ...box(0), extra: 1 },
      { frame: 0, bbox: [1, 2, 3, 4], extra: 1 },
      box(7),
    ]
    const hasty = boxes.filter((one) => arePlainBoxes([one]))
    expect(hasty.every((one) => Track.shape.frames.safeParse([one]).success)).toBe(true)
    expect(hasty.length).toBeGreaterThan(3)
    expect(arePlainBoxes([])).toBe(false)
  })

  it('of a long match is read without ever being held', async () => {
    const frames = 20_000
    async function* long() {
      yield JSON.stringify({ ...header, frames, unique_tracks: 30, moments: [] }).slice(0, -1)
      yield ',"tracks":['
      for (let id = 1; id <= 30; id++) {
        yield `${id === 1 ? '' : ','}{"track_id":${id},"class":"person","frames":[`
        for (let frame = 0; frame < frames; frame += 100) {
          const boxes = Array.from({ length: 100 }, (_, index) => JSON.stringify(box(frame + index)))
          yield `${frame === 0 ? '' : ','}${boxes.join(',')}`
        }
        yield ']}'
      }
      yield ']}'
    }
    const { tracks } = await readTracksFile(long())
    expect(tracks).toHaveLength(30)
    expect(tracks.every(({ boxes }) => boxes === frames)).toBe(true)
  })
})

const scene = (start_frame: number, end_frame: number) => ({
  start_frame,
  end_frame,
  start_time: start_frame / 10,
  end_time: end_frame / 10,
})
const ten = Array.from({ length: 10 }, (_, index) => index / 10)
const scenesFile = {
  scenes: [scene(0, 4), scene(4, 10)],
  total_scenes: 2,
  avg_scene_length: 0.5,
  scores: ten,
  times: ten,
}

describe('a scenes file', () => {
  it('is summed up to its scenes', async () => {
    const { scores: _scores, times: _times, ...rest } = scenesFile
    expect(await readScenesFile(chunksOf(scenesFile))).toEqual({ ...rest, frames: 10 })
  })

  it.each([
    ['with a gap', { ...scenesFile, scenes: [scene(0, 3), scene(4, 10)] }],
    ['that begins late', { ...scenesFile, scenes: [scene(1, 4), scene(4, 10)] }],
    ['with an empty scene', { ...scenesFile, scenes: [scene(0, 4), scene(4, 4)], scores: [], times: [] }],
    ['that promises more', { ...scenesFile, total_scenes: 3 }],
    ['with a score too few', { ...scenesFile, scores: ten.slice(1) }],
    ['whose times go back', { ...scenesFile, times: [...ten.slice(1), 0] }],
    ['without scenes', { ...scenesFile, scenes: [] }],
  ])('%s is refused', async (_what, file) => {
    await expect(readScenesFile(chunksOf(file))).rejects.toThrow(UnusableData)
  })
})

const keyframe = (frame: number, x = 0) => ({ frame, x, y: 0, width: 40, height: 72 })
const cropFile = { crop_keyframes: [keyframe(0), keyframe(9, 80)], width: 128, height: 72, followed: 0.5 }

describe('a crop path', () => {
  it('is summed up to its picture and how many keyframes it has', async () => {
    expect(await readCropPathFile(chunksOf(cropFile), 10)).toEqual({
      width: 128,
      height: 72,
      followed: 0.5,
      keyframes: 2,
    })
  })

  it.each([
    ['out of order', { ...cropFile, crop_keyframes: [keyframe(9), keyframe(0)] }],
    ['after the end', { ...cropFile, crop_keyframes: [keyframe(10)] }],
    ['outside the picture', { ...cropFile, crop_keyframes: [keyframe(0, 128)] }],
    ['that are none', { ...cropFile, crop_keyframes: [] }],
  ])('with keyframes %s is refused', async (_what, file) => {
    await expect(readCropPathFile(chunksOf(file), 10)).rejects.toThrow(UnusableData)
  })
})
