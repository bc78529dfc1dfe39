import { expect, test } from 'vitest'
import type { HighlightRegion } from '#lib/contracts/tasks/render.ts'
import type { Track, TracksFile } from '#lib/contracts/tasks/track.ts'
import { createHighlightSampler } from './highlight.ts'

function region(more: Partial<HighlightRegion>): HighlightRegion {
  return { start_frame: 0, end_frame: 1000, opacity: 1, ...more }
}

function tracksFile(track: Track['frames'], fps = 30): TracksFile {
  return {
    width: 1920,
    height: 1080,
    fps,
    frames: 1000,
    tracks: [{ track_id: 7, class: 'person', frames: track }],
    unique_tracks: 1,
    moments: [],
    model: 'motion',
    motion_only: true,
  }
}

function ellipsesAt(regions: readonly HighlightRegion[], tracks: TracksFile | undefined, frame: number) {
  return createHighlightSampler(regions, tracks).at(frame)
}

/** A box 40×80 around a centre. */
function box(frame: number, x: number, y: number): Track['frames'][number] {
  return { frame, bbox: [x - 20, y - 40, x + 20, y + 40], confidence: 0.9 }
}

test('a region is shown from its first frame to the one before its end', () => {
  const standing = region({ start_frame: 10, end_frame: 20, x: 100, y: 50, radius_x: 30, radius_y: 40, opacity: 0.8 })
  expect(ellipsesAt([standing], undefined, 9)).toEqual([])
  const shown = { x: 100, y: 50, radiusX: 30, radiusY: 40, opacity: 0.8, presence: 1 }
  expect(ellipsesAt([standing], undefined, 10)).toEqual([shown])
  expect(ellipsesAt([standing], undefined, 19)).toEqual([shown])
  expect(ellipsesAt([standing], undefined, 20)).toEqual([])
})

test('keyframes are joined by straight lines and hold at both ends', () => {
  const moving = region({
    keyframes: [
      { frame: 10, x: 0, y: 0, radius_x: 10, radius_y: 20 },
      { frame: 20, x: 100, y: 50, radius_x: 20, radius_y: 40 },
    ],
  })
  const sampler = createHighlightSampler([moving], undefined)
  expect(sampler.at(15)).toMatchObject([{ x: 50, y: 25, radiusX: 15, radiusY: 30 }])
  expect(sampler.at(0)).toMatchObject([{ x: 0, y: 0 }])
  expect(sampler.at(500)).toMatchObject([{ x: 100, y: 50, radiusX: 20 }])
})

test('regions are shown together', () => {
  const ellipse = { x: 1, y: 1, radius_x: 5, radius_y: 5 }
  expect(ellipsesAt([region(ellipse), region({ ...ellipse, x: 9 })], undefined, 3)).toHaveLength(2)
})

test('an ellipse on a track does not lag behind a runner, also at the track’s ends', () => {
  const boxes = Array.from({ length: 60 }, (_, frame) => box(frame, 100 + 12 * frame, 400 - 3 * frame))
  const sampler = createHighlightSampler([region({ track_id: 7 })], tracksFile(boxes))
  for (const frame of [0, 1, 5, 30, 58, 59]) {
    const [ellipse] = sampler.at(frame)
    expect(ellipse?.x).toBeCloseTo(100 + 12 * frame, 6)
    expect(ellipse?.y).toBeCloseTo(400 - 3 * frame, 6)
  }
})

test('the jitter of a detector is halved at least', () => {
  const noise = (frame: number) => 4 * Math.sin(frame * 12.9898) * Math.cos(frame * 78.233)
  const boxes = Array.from({ length: 200 }, (_, frame) => box(frame, 500 + noise(frame), 300))
  const sampler = createHighlightSampler([region({ track_id: 7 })], tracksFile(boxes))
  const jitter = (x: (frame: number) => number) =>
    Array.from({ length: 180 }, (_, i) => Math.abs(x(i + 11) - x(i + 10))).reduce((sum, step) => sum + step, 0)
  expect(jitter((frame) => sampler.at(frame)[0]?.x ?? Number.NaN)).toBeLessThan(
    0.5 * jitter((frame) => 500 + noise(frame)),
  )
})

test('the size follows the box unless radii are given', () => {
  const boxes = Array.from({ length: 30 }, (_, frame) => box(frame, 500, 300))
  const around = { radiusX: expect.closeTo(24), radiusY: expect.closeTo(48) }
  expect(ellipsesAt([region({ track_id: 7 })], tracksFile(boxes), 15)).toMatchObject([around])
  const sized = region({ track_id: 7, radius_x: 100, radius_y: 60 })
  expect(ellipsesAt([sized], tracksFile(boxes), 15)).toMatchObject([{ radiusX: 100, radiusY: 60 }])
})

test('a short gap is bridged in a straight line', () => {
  const boxes = [box(0, 100, 100), box(10, 200, 100)]
  const [ellipse] = ellipsesAt([region({ track_id: 7, end_frame: 11 })], tracksFile(boxes), 5)
  expect(ellipse?.x).toBeCloseTo(150, 6)
  expect(ellipse?.presence).toBe(1)
})

test('where the track is lost the ellipse stands still and fades out, and fades in before the track returns', () => {
  const boxes = [...Array.from({ length: 30 }, (_, i) => box(i, 100 + i, 100)), box(90, 700, 100)]
  const sampler = createHighlightSampler([region({ track_id: 7 })], tracksFile(boxes))
  const presence = (frame: number) => sampler.at(frame)[0]?.presence ?? 0
  expect([29, 30, 33, 36, 37].map(presence)).toEqual([1, ...[1, 4, 7].map((d) => expect.closeTo(1 - d / 7.5)), 0])
  expect(sampler.at(34)[0]?.x).toBeCloseTo(129, 6)
  expect(sampler.at(60)).toEqual([])
  expect([82, 84, 89, 90].map(presence)).toEqual([0, expect.closeTo(1 - 6 / 7.5), expect.closeTo(1 - 1 / 7.5), 1])
  expect(sampler.at(88)[0]?.x).toBe(700)
})

test('a track that is not in the file has no ellipse', () => {
  expect(ellipsesAt([region({ track_id: 8 })], tracksFile([box(0, 1, 1)]), 0)).toEqual([])
  expect(ellipsesAt([region({ track_id: 7 })], undefined, 0)).toEqual([])
})

test('regions that follow one track each have their own size and time', () => {
  const boxes = Array.from({ length: 60 }, (_, frame) => box(frame, 100 + frame, 200))
  const wide = region({ track_id: 7, end_frame: 30, radius_x: 100, radius_y: 60 })
  const sampler = createHighlightSampler([wide, region({ track_id: 7, start_frame: 20 })], tracksFile(boxes))
  expect(sampler.at(10)).toMatchObject([{ radiusX: 100, radiusY: 60 }])
  expect(sampler.at(25)).toMatchObject([{ radiusX: 100 }, { radiusX: expect.closeTo(24, 9) }])
  expect(sampler.at(40)).toMatchObject([{ radiusX: expect.closeTo(24, 9), radiusY: expect.closeTo(48, 9) }])
})

test('a rate that cannot be does not join boxes that are minutes apart', () => {
  const sampler = createHighlightSampler(
    [region({ track_id: 7, end_frame: 1e8 })],
    tracksFile([box(0, 1, 1), box(9e7, 9, 9)], 1e9),
  )
  expect(sampler.at(0)).toHaveLength(1)
  expect(sampler.at(5e7)).toEqual([])
})

test('five hundred regions that follow one track of a long video are prepared at once', () => {
  const boxes = Array.from({ length: 100_000 }, (_, frame) => box(frame, frame % 1900, 300))
  const followers = Array.from({ length: 500 }, (_, index) =>
    region({ track_id: 7, start_frame: index, end_frame: index + 1 }),
  )
  const memory = process.memoryUsage().arrayBuffers
  const sampler = createHighlightSampler(followers, tracksFile(boxes))
  expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(50e6)
  expect(sampler.at(250)).toHaveLength(1)
})
