import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CropPath } from '#lib/contracts/geometry.ts'
import { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import { type Track, TracksFile } from '#lib/contracts/tasks/track.ts'
import { cropsOf } from '#lib/local/sample/measure-camera.ts'
import { planCrop } from './plan-crop.ts'

const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })

/** Anything a tracker might report, sense or not. */
const arbitraryTrack = fc
  .record({
    class: fc.constantFrom('person', 'person', 'sports ball', 'dog'),
    start: fc.nat(80),
    moves: fc.array(
      fc.record({ dx: number(-60, 60), dy: number(-30, 30), gap: fc.nat(12), confidence: number(0, 1) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    ),
    x: number(-50, 2000),
    y: number(-50, 1200),
    size: number(1, 300),
  })
  .map(({ start, moves, x, y, size, ...thing }): Omit<Track, 'track_id'> => {
    let frame = start - 1
    return {
      ...thing,
      frames: moves.map(({ dx, dy, gap, confidence }, i) => {
        frame += 1 + gap
        const [left, top] = [x + dx * i, y + dy * i]
        return { frame, bbox: [left, top, left + size, top + size * 1.5], confidence }
      }),
    }
  })

const request = fc
  .record({
    width: fc.integer({ min: 64, max: 2000 }),
    height: fc.integer({ min: 64, max: 1200 }),
    tracks: fc.array(arbitraryTrack, { maxLength: 6 }),
    steps: fc.array(number(0.001, 0.4), { minLength: 1, maxLength: 200 }),
    cuts: fc.array(fc.nat(220), { maxLength: 3 }),
    target_aspect: fc.constantFrom('9:16', '1:1', '16:9', '4:5', '21:9'),
    subject: fc.constantFrom('auto' as const, 'ball' as const, 1),
    smoothing: number(0, 1),
    padding: number(0, 1),
    anticipation: number(0, 3),
    max_pan_speed: number(0.05, 10),
    dead_zone: number(0, 0.5),
    enlargement: number(0.2, 4),
  })
  .map(({ width, height, tracks, steps, cuts, enlargement, ...params }) => {
    let timeS = 0
    const times = steps.map((step) => {
      timeS += step
      return timeS
    })
    const file: TracksFile = {
      ...{ width, height, fps: 25, frames: times.length, moments: [], model: 'motion', motion_only: false },
      tracks: tracks.map((track, i) => ({ ...track, track_id: i + 1 })),
      unique_tracks: tracks.length,
    }
    const output = { width: width * enlargement, height: height * enlargement }
    return { tracks: file, times, cuts, output, params: AutoCropParams.parse(params) }
  })

it('every crop lies in the frame, has the exact shape or is the whole picture, and keeps the speed limit', () => {
  fc.assert(
    fc.property(request, (asked) => {
      const { tracks, times, params } = asked
      expect(TracksFile.safeParse(tracks).success).toBe(true)
      const { keyframes, followed } = planCrop(asked)
      expect(CropPath.safeParse(keyframes).error).toBeUndefined()
      expect(keyframes[0]?.frame).toBe(0)
      expect(followed).toBeGreaterThanOrEqual(0)
      expect(followed).toBeLessThanOrEqual(1)
      const [across = 1, down = 1] = params.target_aspect.split(':').map(Number)
      const crops = cropsOf(keyframes, times.length)
      const breaks = new Set(keyframes.filter(({ cut }) => cut).map(({ frame }) => frame))
      for (const [frame, crop] of crops.entries()) {
        const { x, y, width, height } = crop
        expect(x).toBeGreaterThanOrEqual(0)
        expect(y).toBeGreaterThanOrEqual(0)
        expect(x + width).toBeLessThanOrEqual(tracks.width * (1 + 1e-12))
        expect(y + height).toBeLessThanOrEqual(tracks.height * (1 + 1e-12))
        const wide = width === tracks.width && height === tracks.height
        if (!wide) expect(width / height).toBeCloseTo(across / down, 9)
        const before = crops[frame - 1]
        if (before === undefined || breaks.has(frame)) continue
        const stepS = (times[frame] ?? 0) - (times[frame - 1] ?? 0)
        const most = params.max_pan_speed * Math.max(width, before.width) * stepS * 1.001 + 1e-9
        expect(Math.abs(x + width / 2 - before.x - before.width / 2)).toBeLessThanOrEqual(most)
        expect(Math.abs(y + height / 2 - before.y - before.height / 2)).toBeLessThanOrEqual(most)
      }
    }),
    { numRuns: 150 },
  )
})
