import { describe, expect, test } from 'vitest'
import { Moment, type Track } from '#lib/contracts/tasks/track.ts'
import { findMoments } from './find-moments.ts'

const FRAMES = 1000
/** 25 frames a second. */
const TIMES = Array.from({ length: FRAMES }, (_, frame) => frame / 25)

function trackOf(
  id: number,
  className: string,
  place: (frame: number) => [number, number] | undefined,
  size: number,
): Track {
  const frames = Array.from({ length: FRAMES }, (_, frame) => frame).flatMap((frame) => {
    const at = place(frame)
    if (at === undefined) return []
    const [x, y] = at
    const bbox: [number, number, number, number] = [x - size / 4, y - size / 2, x + size / 4, y + size / 2]
    return [{ frame, bbox, confidence: 0.8 }]
  })
  return { track_id: id, class: className, frames }
}

describe('moments', () => {
  const player = trackOf(3, 'person', () => [400, 400], 100)
  const far = trackOf(4, 'person', () => [1100, 400], 100)

  test('are where a player is at the ball, begin before and end after it, and say who', () => {
    const ball = trackOf(9, 'sports ball', (frame) => [frame >= 400 && frame < 500 ? 430 : 750, 420], 12)
    const moments = findMoments([player, far, ball], TIMES)
    expect(moments).toHaveLength(1)
    const [moment] = moments
    expect(() => Moment.parse(moment)).not.toThrow()
    expect(moment?.start_frame).toBeGreaterThan(360)
    expect(moment?.start_frame).toBeLessThan(400)
    expect(moment?.end_frame).toBeGreaterThan(500)
    expect(moment?.end_frame).toBeLessThan(540)
    expect(moment?.reason).toContain('3')
  })

  test('with a fast ball among many score higher than a lonely touch', () => {
    const crowd = [0, 1, 2].map((index) => trackOf(20 + index, 'person', () => [900 + 60 * index, 400], 100))
    const ball = trackOf(
      9,
      'sports ball',
      (frame) => {
        if (frame >= 200 && frame < 280) return [430, 420]
        if (frame >= 600 && frame < 680) return [960 + 100 * Math.sin(frame / 2), 420]
        return [650, 100]
      },
      12,
    )
    const [quiet, wild] = findMoments([player, ball, ...crowd], TIMES)
    expect(quiet?.start_frame).toBeLessThan(280)
    expect(wild?.start_frame).toBeGreaterThan(500)
    expect(wild?.score).toBeGreaterThan((quiet?.score ?? 1) + 0.1)
    expect(wild?.reason).toContain('several players close')
  })

  test('a ball that is lost for a moment does not cut one in two', () => {
    const ball = trackOf(
      9,
      'sports ball',
      (frame) => (frame >= 400 && frame < 500 && frame % 30 > 6 ? [430, 420] : undefined),
      12,
    )
    expect(findMoments([player, ball], TIMES)).toHaveLength(1)
  })

  test('without a ball are bursts of motion against the calm rest, whatever the camera does', () => {
    const pan = (frame: number) => 100 * Math.sin(frame / 50)
    const running = Array.from({ length: 6 }, (_, index) =>
      trackOf(
        index + 1,
        'person',
        (frame) => {
          const wild = frame >= 500 && frame < 600 ? 60 * Math.sin(frame / 4 + index) : 0
          return [200 * index + 100 + pan(frame) + wild, 400]
        },
        100,
      ),
    )
    const moments = findMoments(running, TIMES)
    expect(moments).toHaveLength(1)
    expect(moments[0]?.start_frame).toBeGreaterThan(450)
    expect(moments[0]?.end_frame).toBeLessThan(650)
    expect(moments[0]?.reason).toContain('6 players')
  })

  test('are the same stretches of time when a phone drops every second frame of the second half', () => {
    const ball = trackOf(9, 'sports ball', (frame) => [frame >= 700 && frame < 800 ? 430 : 750, 420], 12)
    const isKept = (frame: number) => frame < 500 || frame % 2 === 0
    const kept = TIMES.map((_, frame) => frame).filter(isKept)
    const numbers = new Map(kept.map((frame, index) => [frame, index]))
    const thinned = [player, ball].map((track) => ({
      ...track,
      frames: track.frames.flatMap((seen) => {
        const frame = numbers.get(seen.frame)
        return frame === undefined ? [] : [{ ...seen, frame }]
      }),
    }))
    const times = kept.map((frame) => TIMES[frame] ?? 0)
    const [even] = findMoments([player, ball], TIMES)
    const [uneven] = findMoments(thinned, times)
    expect(Math.abs((times[uneven?.start_frame ?? 0] ?? 0) - (TIMES[even?.start_frame ?? 0] ?? 0))).toBeLessThan(0.1)
    expect(Math.abs((times[uneven?.end_frame ?? 0] ?? 0) - (TIMES[even?.end_frame ?? 0] ?? 0))).toBeLessThan(0.1)
    expect(uneven?.reason).toContain('ball fast')
  })

  test('there are none without tracks, nor when nobody moves', () => {
    expect(findMoments([], TIMES)).toEqual([])
    expect(findMoments([player, far], TIMES)).toEqual([])
  })

  test('stay inside the video and are not longer than is watched', () => {
    const ball = trackOf(9, 'sports ball', () => [430, 420], 12)
    const moments = findMoments([player, ball], TIMES)
    expect(moments.length).toBeGreaterThan(1)
    for (const { start_frame, end_frame } of moments) {
      expect(start_frame).toBeGreaterThanOrEqual(0)
      expect(end_frame).toBeLessThanOrEqual(FRAMES)
      expect(end_frame - start_frame).toBeLessThanOrEqual(25 * 22)
    }
  })
})
