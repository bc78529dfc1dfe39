import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CropPoint } from '#lib/contracts/project.ts'
import {
  cropPointsOf,
  describeConfidence,
  describeReason,
  freeFrame,
  isDoubtful,
  keyframeAt,
  keyframeIndex,
  nextDoubtful,
} from './crop-keyframes.ts'

const auto = (frame: number, confidence?: number, reason?: string): CropPoint => ({
  frame,
  x: 0,
  y: 0,
  width: 90,
  height: 160,
  source: 'auto',
  ...(confidence === undefined ? {} : { confidence }),
  ...(reason === undefined ? {} : { reason }),
})
const manual = (frame: number): CropPoint => ({ ...auto(frame, 0.1), source: 'manual' })

test('the keyframe at or before a frame is found', () => {
  const keyframes = [auto(10), auto(20), auto(35)]
  expect([0, 10, 19, 20, 99].map((frame) => keyframeIndex(keyframes, frame))).toEqual([-1, 0, 0, 1, 2])
  expect(keyframeAt(keyframes, 20)?.frame).toBe(20)
  expect(keyframeAt(keyframes, 21)).toBeUndefined()
  expect(keyframeIndex([], 3)).toBe(-1)
})

test('doubtful are the automatic ones that are less than 60 % sure; after the last comes the first', () => {
  const keyframes = [auto(0, 0.9), auto(10, 0.3), manual(20), auto(30), auto(40, 0.59)]
  expect(keyframes.filter(isDoubtful).map(({ frame }) => frame)).toEqual([10, 40])
  expect([0, 10, 40].map((frame) => nextDoubtful(keyframes, frame)?.frame)).toEqual([10, 40, 10])
  expect(nextDoubtful([auto(0, 0.9), manual(5)], 0)).toBeUndefined()
})

test('reasons and confidence read as words', () => {
  expect(describeReason(auto(0, 0.92, 'follows the ball'))).toBe('Follows the ball')
  expect(describeConfidence(auto(0, 0.917))).toBe('92 % sure')
  expect([describeReason(auto(0)), describeConfidence(auto(0))]).toEqual(['Found automatically', null])
  expect([describeReason(manual(0)), describeConfidence(manual(0))]).toEqual(['Set by you', null])
})

test('property: a keyframe dragged across others lands on a free frame of the video, never beyond where it was dragged', () => {
  const frames = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(frames, fc.nat(), fc.integer({ min: -20, max: 90 }), (taken, pick, to) => {
      const keyframes = taken.sort((a, b) => a - b).map((frame) => auto(frame))
      const moved = taken[pick % taken.length] ?? 0
      const landed = freeFrame(keyframes, moved, to, 61)
      expect(landed === moved || !keyframeAt(keyframes, landed)).toBe(true)
      const wanted = Math.min(60, Math.max(0, to))
      expect(landed).toBeGreaterThanOrEqual(Math.min(moved, wanted))
      expect(landed).toBeLessThanOrEqual(Math.max(moved, wanted))
    }),
  )
})

test('what was found in a smaller copy of the video is put in the pixels of the source', () => {
  const found = { frame: 4, x: 10, y: 5, width: 90, height: 160, reason: 'wide', confidence: 0.2, cut: true }
  const result = { crop_keyframes: [found], width: 960, height: 540, followed: 0.5 }
  expect(cropPointsOf(result, { width: 1920, height: 1080 })).toEqual([
    { ...found, x: 20, y: 10, width: 180, height: 320, source: 'auto' },
  ])
})
