import { describe, expect, it } from 'vitest'
import { CropPath } from '#lib/contracts/geometry.ts'
import { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import type { Track, TracksFile } from '#lib/contracts/tasks/track.ts'
import { cropsOf } from '#lib/local/sample/measure-camera.ts'
import { type CropRequest, planCrop } from './plan-crop.ts'

const FRAMES = 250
const OUTPUT = { width: 1080, height: 1920 }
/** Of a 9:16 crop of 1280×720. */
const CROP_WIDTH = 405

const everyFrame = (from = 0, to = FRAMES): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** A thing whose centre moves along `x`. */
function track(id: number, x: (timeS: number) => number, frames: readonly number[], ball = false): Track {
  const [width, height, y] = ball ? [8, 8, 520] : [40, 90, 480]
  return {
    track_id: id,
    class: ball ? 'sports ball' : 'person',
    frames: frames.map((frame) => {
      const centre = x(frame / 25)
      return { frame, bbox: [centre - width / 2, y - height / 2, centre + width / 2, y + height / 2], confidence: 0.8 }
    }),
  }
}

function request(
  tracks: Track[],
  changes: Omit<Partial<CropRequest>, 'params'> & { params?: object } = {},
): CropRequest {
  const file: TracksFile = {
    ...{ width: 1280, height: 720, fps: 25, frames: FRAMES },
    ...{ tracks, unique_tracks: tracks.length, moments: [], model: 'yolox_m', motion_only: false },
  }
  const times = everyFrame().map((frame) => frame / 25)
  const { params, ...others } = changes
  return { tracks: file, times, cuts: [], output: OUTPUT, ...others, params: AutoCropParams.parse(params ?? {}) }
}

const centres = (planned: { keyframes: CropPath }, frames = FRAMES): number[] =>
  cropsOf(planned.keyframes, frames).map(({ x, width }) => x + width / 2)

describe('what the camera follows', () => {
  const runner = (t: number): number => 250 + 80 * t
  const standing = [track(3, () => 1000, everyFrame()), track(4, () => 1100, everyFrame())]

  it('is the ball where there is one', () => {
    const ball = (t: number): number => 640 + 300 * Math.sin(t)
    const planned = planCrop(request([track(1, ball, everyFrame(), true), track(2, () => 200, everyFrame())]))
    for (const [frame, x] of centres(planned).entries())
      expect(Math.abs(x - ball(frame / 25))).toBeLessThan(CROP_WIDTH / 2)
    expect(planned.followed).toBe(1)
    expect(planned.keyframes[0]?.reason).toContain('ball')
  })

  it('is who runs, not who stands, where there is no ball', () => {
    const planned = planCrop(request([track(1, runner, everyFrame()), ...standing]))
    for (const [frame, x] of centres(planned).entries())
      expect(Math.abs(x - runner(frame / 25))).toBeLessThan(CROP_WIDTH / 2)
    expect(planned.keyframes[0]?.reason).toContain('players')
  })

  it('is the track asked for, whatever else happens', () => {
    const ball = track(9, () => 300, everyFrame(), true)
    const planned = planCrop(request([track(1, runner, everyFrame()), ball, ...standing], { params: { subject: 4 } }))
    for (const x of centres(planned)) expect(Math.abs(x - 1100)).toBeLessThan(CROP_WIDTH / 2)
    expect(planned.keyframes[0]?.reason).toBe('follows track 4')
  })

  it('is nothing but the ball when that is asked for', () => {
    const tracks = [track(1, runner, everyFrame()), track(2, () => 900, everyFrame(0, 125), true)]
    const planned = planCrop(request(tracks, { params: { subject: 'ball' } }))
    expect(planned.keyframes.at(-1)).toMatchObject({ x: 0, width: 1280, reason: 'nothing to follow: wide' })
    expect(Math.abs((centres(planned)[60] ?? 0) - 900)).toBeLessThan(CROP_WIDTH / 2)
  })

  it('is the player who has the ball while it cannot be seen', () => {
    const seen = [...everyFrame(0, 60), ...everyFrame(190)]
    const ball = track(1, (t) => runner(t) + 25, seen, true)
    const planned = planCrop(request([ball, track(2, runner, everyFrame()), ...standing]))
    for (const [frame, x] of centres(planned).entries())
      expect(Math.abs(x - runner(frame / 25))).toBeLessThan(CROP_WIDTH / 2)
  })

  it('is the ball in play, not the one that lies beside the pitch', () => {
    const ball = (t: number): number => 640 + 280 * Math.sin(0.9 * t)
    const spare = track(7, () => 60, everyFrame(), true)
    const planned = planCrop(
      request([spare, track(1, ball, everyFrame(), true), track(2, (t) => ball(t) - 30, everyFrame())]),
    )
    for (const [frame, x] of centres(planned).entries())
      expect(Math.abs(x - ball(frame / 25))).toBeLessThan(CROP_WIDTH / 2)
  })
})

describe('the wide shot', () => {
  it('shows the whole picture for as long as there is nothing to follow', () => {
    const seen = [...everyFrame(0, 75), ...everyFrame(175)]
    const halves = [track(1, (t) => 500 + 20 * t, seen.slice(0, 75)), track(2, () => 700, seen.slice(75))]
    const { keyframes, followed } = planCrop(request(halves))
    const wide = keyframes.filter(({ width }) => width === 1280)
    expect(wide).toMatchObject([{ x: 0, y: 0, height: 720, cut: true, reason: 'nothing to follow: wide' }])
    expect(Math.abs((wide[0]?.frame ?? 0) - 75)).toBeLessThan(CROP_WIDTH * 0.05)
    expect(keyframes.find(({ frame, cut }) => cut && frame > 100)?.frame).toBeGreaterThan(163)
    expect(followed).toBeCloseTo(0.6, 1)
  })

  it('is not cut to for a moment', () => {
    const seen = [...everyFrame(0, 100), ...everyFrame(125)]
    const { keyframes, followed } = planCrop(request([track(1, () => 500, seen)]))
    expect(keyframes.some(({ cut }) => cut)).toBe(false)
    expect(followed).toBe(1)
  })

  it('is all there is without tracks', () => {
    expect(planCrop(request([]))).toMatchObject({ keyframes: [{ frame: 0, width: 1280, height: 720 }], followed: 0 })
  })
})

describe('the path', () => {
  it('jumps at a cut and is calm on both sides of it', () => {
    const ball = (t: number): number => (t < 5 ? 300 : 1000)
    const planned = planCrop(
      request([track(1, ball, everyFrame(0, 125), true), track(2, ball, everyFrame(125), true)], { cuts: [125] }),
    )
    expect(planned.keyframes.filter(({ cut }) => cut).map(({ frame }) => frame)).toEqual([125])
    const x = centres(planned)
    expect(Math.abs((x[124] ?? 0) - (x[60] ?? 0))).toBeLessThan(5)
    expect(Math.abs((x[125] ?? 0) - (x[200] ?? 0))).toBeLessThan(5)
    expect((x[125] ?? 0) - (x[124] ?? 0)).toBeGreaterThan(600)
  })

  it('is judged by time, not by frames: a variable frame rate changes nothing', () => {
    const ball = (t: number): number => 640 + 350 * Math.sin(0.8 * t)
    const dense = planCrop(request([track(1, ball, everyFrame(), true)]))
    // Every frame of the first half, every fifth of the second.
    const kept = everyFrame().filter((frame) => frame < 125 || frame % 5 === 0)
    const sparse = track(1, ball, kept, true)
    const renumbered = { ...sparse, frames: sparse.frames.map((box, frame) => ({ ...box, frame })) }
    const uneven = planCrop(request([renumbered], { times: kept.map((frame) => frame / 25) }))
    const [all, some] = [centres(dense), centres(uneven, kept.length)]
    for (const [i, frame] of kept.entries())
      expect(Math.abs((some[i] ?? 0) - (all[frame] ?? 0))).toBeLessThan(CROP_WIDTH * 0.05)
  })

  it('is the same at any size of the picture', () => {
    const ball = (t: number): number => 640 + 350 * Math.sin(0.8 * t)
    const small = request([track(1, ball, everyFrame(), true), track(2, (t) => ball(t) + 40, everyFrame())])
    const scaled = small.tracks.tracks.map((one) => ({
      ...one,
      frames: one.frames.map((box) => ({ ...box, bbox: box.bbox.map((v) => v * 2) as typeof box.bbox })),
    }))
    const params = { ...small, output: { width: 2160, height: 3840 } }
    const tracks = { ...small.tracks, width: 2560, height: 1440, tracks: scaled }
    const [one, two] = [centres(planCrop(small)), centres(planCrop({ ...params, tracks }))]
    for (const [i, x] of one.entries()) expect(Math.abs((two[i] ?? 0) - 2 * x)).toBeLessThan(2)
  })

  it('leads the subject by looking ahead', () => {
    const ball = (t: number): number => 250 + 80 * t
    const middle = (anticipation: number): number =>
      centres(
        planCrop(request([track(1, ball, everyFrame(), true)], { params: { anticipation, dead_zone: 0 } })),
      )[125] ?? 0
    expect(middle(0)).toBeCloseTo(ball(5), -1)
    expect(middle(1) - middle(0)).toBeGreaterThan(25)
  })

  it('has as few keyframes as a person would set', () => {
    const still = planCrop(request([track(1, (t) => 640 + 10 * Math.sin(5 * t), everyFrame(), true)]))
    expect(still.keyframes.length).toBeLessThanOrEqual(2)
    const pan = planCrop(request([track(1, (t) => 300 + 70 * t, everyFrame(), true)]))
    expect(pan.keyframes.length).toBeLessThanOrEqual(12)
    expect(CropPath.parse(pan.keyframes)).toEqual(pan.keyframes)
  })

  it('moves up and down where the crop is wider than the picture is', () => {
    const tall = { ...request([]).tracks, width: 720, height: 1280 }
    const climber = track(1, () => 360, everyFrame(), true)
    const frames = climber.frames.map((box) => ({
      ...box,
      bbox: [350, 300 + 2 * box.frame, 370, 320 + 2 * box.frame] as typeof box.bbox,
    }))
    const tracks = { ...tall, tracks: [{ ...climber, frames }] }
    const { keyframes } = planCrop({
      ...request([], { params: { target_aspect: '16:9' } }),
      tracks,
      output: { width: 1920, height: 1080 },
    })
    for (const [frame, { x, y, width, height }] of cropsOf(keyframes, FRAMES).entries()) {
      expect({ x, width, height }).toEqual({ x: 0, width: 720, height: 405 })
      expect(y).toBeLessThan(300 + 2 * frame)
      expect(y + height).toBeGreaterThan(320 + 2 * frame)
    }
  })

  it('zooms in on small people only as far as the resolution allows', () => {
    const small = (width: number, height: number): TracksFile => {
      const scale = height / 720
      const person = track(1, () => 640, everyFrame(), false)
      const frames = person.frames.map((box) => ({
        ...box,
        bbox: [620 * scale, 400 * scale, 640 * scale, 450 * scale] as typeof box.bbox,
      }))
      return { ...request([]).tracks, width, height, tracks: [{ ...person, frames }] }
    }
    const height = (tracks: TracksFile): number => planCrop({ ...request([]), tracks }).keyframes[0]?.height ?? 0
    expect(height(small(1280, 720))).toBe(720)
    expect(height(small(3840, 2160))).toBeGreaterThanOrEqual(1920 / 1.8)
    expect(height(small(3840, 2160))).toBeLessThan(1500)
  })
})
