import { describe, expect, test } from 'vitest'
import { createRandom } from './testing/random.ts'
import { trackFrames } from './track-frames.ts'
import { BALL_CLASS, type Detection, type FrameDetections } from './types.ts'

const OPTIONS = { algorithm: 'botsort', fps: 25, width: 1280, height: 720, newTrackScore: 0.5, lowScore: 0.1 } as const

const ballAt = (x: number, y: number, score = 0.6): Detection => ({
  box: [x - 6, y - 6, x + 6, y + 6],
  score,
  className: BALL_CLASS,
})

/** A throw from the left: 900 px/s to the right, up, and down with gravity. */
const flight = (at: number) => ({ x: 100 + 36 * at, y: 500 - 20 * at + 0.8 * at * at })

const filmed = (frames: number, see: (at: number) => Detection[]): FrameDetections[] =>
  Array.from({ length: frames }, (_, frame) => ({ frame, timeS: frame / 25, detections: see(frame) }))

const centre = ([x1, y1, x2, y2]: readonly [number, number, number, number]) => ({ x: (x1 + x2) / 2, y: (y1 + y2) / 2 })

describe('the ball', () => {
  test('that moves three diameters a frame is one track, its boxes far from overlapping', () => {
    const tracks = trackFrames(
      filmed(25, (at) => [ballAt(flight(at).x, flight(at).y)]),
      OPTIONS,
    )
    expect(tracks).toHaveLength(1)
    expect(tracks[0]?.frames).toHaveLength(25)
  })

  test('not seen for a third of a second goes on along its parabola', () => {
    const hidden = (at: number) => at > 9 && at < 18
    const tracks = trackFrames(
      filmed(26, (at) => (hidden(at) ? [] : [ballAt(flight(at).x, flight(at).y)])),
      OPTIONS,
    )
    expect(tracks).toHaveLength(1)
    expect(tracks[0]?.frames).toHaveLength(26)
    for (const { frame, bbox, confidence } of tracks[0]?.frames ?? []) {
      const place = centre(bbox)
      expect(confidence).toBe(hidden(frame) ? 0 : 0.6)
      // Straight interpolation would be off by up to 16 pixels.
      expect(Math.hypot(place.x - flight(frame).x, place.y - flight(frame).y)).toBeLessThan(5)
    }
  })

  test('is the moving candidate, not the surer one that lies beside the court, nor what flashes up elsewhere', () => {
    const random = createRandom(3)
    const frames = filmed(100, (at) => {
      const round = at % 25
      const seen = [ballAt(1200, 690, 0.8)]
      if (random.uniform() < 0.8) seen.push(ballAt(flight(round).x, flight(round).y, 0.5))
      if (random.uniform() < 0.3) seen.push(ballAt(1280 * random.uniform(), 720 * random.uniform(), 0.3))
      return seen
    })
    const tracks = trackFrames(frames, OPTIONS)
    const boxes = tracks.flatMap((track) => track.frames)
    const right = boxes.filter(({ frame, bbox }) => {
      const [place, truth] = [centre(bbox), flight(frame % 25)]
      return Math.hypot(place.x - truth.x, place.y - truth.y) < 12
    })
    expect(right.length / 100).toBeGreaterThan(0.85)
    expect(right.length / boxes.length).toBeGreaterThan(0.85)
  })

  test('is never in two places in one frame', () => {
    const random = createRandom(8)
    const frames = filmed(200, () =>
      Array.from({ length: 3 }, () => ballAt(1280 * random.uniform(), 720 * random.uniform(), random.uniform())),
    )
    const seen = trackFrames(frames, OPTIONS).flatMap((track) => track.frames.map(({ frame }) => frame))
    expect(new Set(seen).size).toBe(seen.length)
  })
})
