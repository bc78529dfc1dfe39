import { describe, expect, test } from 'vitest'
import { Track } from '#lib/contracts/tasks/track.ts'
import { createRandom } from './testing/random.ts'
import { film, type Path, personAt, SCENE } from './testing/scenes.ts'
import { trackFrames } from './track-frames.ts'
import type { FrameDetections } from './types.ts'

const walk =
  (x: number, y: number, speed: number): Path =>
  (frame) => [x + speed * frame, y]

/** The path, but for the frames in `[from, to)`. */
const hidden =
  (path: Path, from: number, to: number): Path =>
  (frame) =>
    frame >= from && frame < to ? undefined : path(frame)

const centreX = ([x1, , x2]: readonly [number, number, number, number]) => (x1 + x2) / 2

describe('tracking people', () => {
  test('gives everyone one track from first to last frame, ids counting up from 1', () => {
    const tracks = trackFrames(film(100, walk(100, 200, 4), walk(900, 400, -3), walk(300, 600, 1)), SCENE)
    expect(tracks.map(({ track_id }) => track_id)).toEqual([1, 2, 3])
    for (const track of tracks) {
      expect(() => Track.parse(track)).not.toThrow()
      expect(track.frames.map(({ frame }) => frame)).toEqual(Array.from({ length: 100 }, (_, frame) => frame))
    }
  })

  test('two who cross, one hidden behind the other for half a second, keep their identities', () => {
    const tracks = trackFrames(
      film(100, walk(200, 300, 5), hidden(walk(700, 310, -5), 44, 56), walk(100, 600, 2), walk(900, 100, 2)),
      SCENE,
    )
    expect(tracks).toHaveLength(4)
    for (const { frames } of tracks) {
      const direction = Math.sign(centreX(frames[99]?.bbox ?? [0, 0, 0, 0]) - centreX(frames[0]?.bbox ?? [0, 0, 0, 0]))
      const backwards = frames.filter(({ bbox }, index) => {
        const before = frames[index - 1]
        return before && direction * (centreX(bbox) - centreX(before.bbox)) < -1
      })
      expect(backwards).toEqual([])
    }
  })

  test('who is hidden has boxes in between, confidence 0, where they should be', () => {
    const walker = walk(200, 300, 6)
    const standing = walk(500, 305, 0)
    const tracks = trackFrames(film(100, hidden(walker, 44, 56), standing), SCENE)
    expect(tracks).toHaveLength(2)
    const path = tracks.find(({ frames }) => frames.some(({ confidence }) => confidence === 0))
    const filled = path?.frames.filter(({ confidence }) => confidence === 0) ?? []
    expect(filled.map(({ frame }) => frame)).toEqual(Array.from({ length: 12 }, (_, index) => 44 + index))
    for (const { frame, bbox } of filled) expect(Math.abs(centreX(bbox) - (200 + 6 * frame))).toBeLessThan(8)
  })

  test('who leaves at the left is not joined to who comes in at the right', () => {
    const leaving: Path = (frame) => (frame < 40 ? [160 - 4 * frame, 300] : undefined)
    const coming: Path = (frame) => (frame >= 60 ? [1280 - 4 * (frame - 60), 300] : undefined)
    expect(trackFrames(film(120, leaving, coming, walk(400, 600, 1)), SCENE)).toHaveLength(3)
  })

  test('shaky boxes come out steadier than they went in', () => {
    const random = createRandom(5)
    const shaky: Path = (frame) => [300 + 4 * frame + 3 * random.normal(), 300 + 3 * random.normal()]
    const frames = film(150, shaky, walk(100, 600, 1), walk(800, 600, 1))
    const jitter = (places: readonly number[]) => {
      const errors = places.map((place, frame) => (place - 300 - 4 * frame) ** 2).slice(5, -5)
      return Math.sqrt(errors.reduce((sum, error) => sum + error, 0) / errors.length)
    }
    const before = jitter(frames.map(({ detections }) => centreX(detections[0]?.box ?? [0, 0, 0, 0])))
    const track = trackFrames(frames, SCENE).find(({ frames: path }) => (path[0]?.bbox[1] ?? 0) < 400)
    const after = jitter(track?.frames.map(({ bbox }) => centreX(bbox)) ?? [])
    expect(after).toBeLessThan(0.75 * before)
  })

  test('weak boxes continue a track but start none', () => {
    const frames = film(60, walk(300, 300, 3)).map(({ detections, ...rest }, frame) => {
      const seen = detections.map((one) => ({ ...one, score: frame > 20 && frame < 40 ? 0.2 : 0.9 }))
      return { ...rest, detections: [...seen, personAt(900, 300, 0.3)] }
    })
    const tracks = trackFrames(frames, SCENE)
    expect(tracks).toHaveLength(1)
    expect(tracks[0]?.frames).toHaveLength(60)
    expect(tracks[0]?.frames[30]?.confidence).toBe(0.2)
  })

  test('what flickers up for a tenth of a second is not followed', () => {
    const frames = film(60, walk(300, 300, 3)).map(({ detections, ...rest }, frame) => ({
      ...rest,
      detections: frame > 20 && frame < 24 ? [...detections, personAt(900, 300, 0.55)] : detections,
    }))
    expect(trackFrames(frames, SCENE)).toHaveLength(1)
  })
})

describe('time and frames', () => {
  /** Players who run, stop and turn. */
  const runs = [0, 1, 2, 3].map(
    (index): Path =>
      (frame) => [300 + 150 * index + 80 * Math.sin(frame / 12 + index), 200 + 100 * index],
  )

  test('half the frame size gives the same tracks at half the size', () => {
    const big = film(120, ...runs)
    const small: FrameDetections[] = big.map(({ detections, ...rest }) => ({
      ...rest,
      detections: detections.map(({ box: [x1, y1, x2, y2], ...one }) => ({
        ...one,
        box: [x1 / 2, y1 / 2, x2 / 2, y2 / 2],
      })),
    }))
    const tracks = trackFrames(big, SCENE)
    const halved = trackFrames(small, { ...SCENE, width: 640, height: 360 })
    expect(halved).toHaveLength(tracks.length)
    tracks.forEach(({ frames }, index) => {
      frames.forEach(({ bbox }, at) => {
        expect(halved[index]?.frames[at]?.bbox[0]).toBeCloseTo(bbox[0] / 2, 0)
      })
    })
  })

  test('uneven times are understood: what jumps after a pause in the times is the same person', () => {
    const at = (frame: number) => (frame < 50 ? frame / 25 : frame / 25 + 0.4)
    const frames = Array.from({ length: 100 }, (_, frame) => ({
      frame,
      timeS: at(frame),
      detections: [personAt(100 + 150 * at(frame), 300), personAt(900 - 150 * at(frame), 500)],
    }))
    const tracks = trackFrames(frames, SCENE)
    expect(tracks.map(({ frames: path }) => path.length)).toEqual([100, 100])
  })

  test('frames left out of the list are filled in like frames without detections', () => {
    const all = film(60, walk(200, 300, 4), walk(800, 500, -4))
    const tracks = trackFrames(
      all.filter(({ frame }) => frame % 10 !== 5),
      SCENE,
    )
    expect(tracks.map(({ frames }) => frames.length)).toEqual([60, 60])
    expect(tracks[0]?.frames[25]).toMatchObject({ frame: 25, confidence: 0 })
  })

  test('no frames, and frames without detections, have no tracks', () => {
    expect(trackFrames([], SCENE)).toEqual([])
    expect(trackFrames(film(10), SCENE)).toEqual([])
  })
})

describe('a moving camera', () => {
  /** Jolts of two body widths that nobody could follow by overlap, and a person hidden while the camera turns. */
  const pan = (frame: number) => 90 * (Math.floor(frame / 10) % 2) + 3 * frame
  const filmed = (known: boolean): FrameDetections[] =>
    film(
      90,
      ...[walk(100, 300, 1), hidden(walk(300, 310, 0), 30, 45)].map(
        (path): Path =>
          (frame) => {
            const place = path(frame)
            return place && [place[0] + pan(frame), place[1]]
          },
      ),
    ).map((one) => ({
      ...one,
      ...(known && { camera: [1, 0, pan(one.frame) - pan(one.frame - 1), 0, 1, 0] as const }),
    }))

  test('whose motion is known loses nobody; ByteTrack, which does not look at it, does', () => {
    const tracks = trackFrames(filmed(true), SCENE)
    expect(tracks.map(({ frames }) => [frames[0]?.frame, frames.at(-1)?.frame])).toEqual([
      [0, 89],
      [0, 89],
    ])
    expect(trackFrames(filmed(true), { ...SCENE, algorithm: 'bytetrack' }).length).toBeGreaterThan(2)
  })
})

describe('looks', () => {
  const red = Float32Array.of(1, 0, 0)
  const blue = Float32Array.of(0, 1, 0)

  // They approach, are both out of sight for half a second, and come out again on both sides.
  const away = (frame: number) => 12 + 5 * Math.abs(frame - 50)
  const unseen = (frame: number) => frame > 43 && frame < 57
  const meeting = (passed: boolean): FrameDetections[] =>
    film(
      100,
      (frame) => (unseen(frame) ? undefined : [500 - away(frame), 300]),
      (frame) => (unseen(frame) ? undefined : [500 + away(frame), 304]),
    ).map(({ frame, timeS, detections }) => ({
      frame,
      timeS,
      detections: detections.map((one, index) => {
        const isRed = (index === 0) !== (passed && frame > 50)
        return { ...one, embedding: isRed ? red : blue }
      }),
    }))

  test.each([
    ['passed each other', true],
    ['turned back', false],
  ])('tell that two who met behind something %s', (_, passed) => {
    const tracks = trackFrames(meeting(passed), SCENE)
    expect(tracks).toHaveLength(2)
    for (const { frames: path } of tracks) {
      const sides = path
        .filter(({ frame }) => frame < 40 || frame > 60)
        .map(({ bbox }) => Math.sign(centreX(bbox) - 500))
      expect(new Set(sides).size).toBe(passed ? 2 : 1)
    }
  })
})
