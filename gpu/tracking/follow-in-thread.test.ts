import { expect, it } from 'vitest'
import type { TrackingOptions } from '#lib/core/tracking/types.ts'
import { DetectionLog } from './detection-log.ts'
import { followInThread } from './follow-in-thread.ts'

const OPTIONS: TrackingOptions = {
  algorithm: 'botsort',
  fps: 25,
  width: 1280,
  height: 720,
  newTrackScore: 0.5,
  lowScore: 0.1,
}

/** `people` who walk to the right side by side. */
function walkers(people: number, frames: number): DetectionLog {
  const log = new DetectionLog()
  for (let frame = 0; frame < frames; frame++) {
    const detections = Array.from({ length: people }, (_, index) => {
      const [x, y] = [20 + ((2 * frame + 50 * index) % 1200), 100 + 200 * (index % 3)]
      return { box: [x, y, x + 40, y + 100] as [number, number, number, number], score: 0.9, className: 'person' }
    })
    log.add(frame / 25, detections, undefined)
  }
  return log
}

it('makes tracks and moments beside the event loop', async () => {
  let ticks = 0
  const timer = setInterval(() => (ticks += 1), 1)
  const { tracks, moments } = await followInThread(
    walkers(2, 50).pack(),
    OPTIONS,
    new AbortController().signal,
    () => undefined,
  )
  clearInterval(timer)
  expect(tracks.map(({ frames }) => frames.length)).toEqual([50, 50])
  expect(Array.isArray(moments)).toBe(true)
  expect(ticks).toBeGreaterThan(3)
})

it('ends in the middle of its work when canceled', async () => {
  const stop = new AbortController()
  const following = followInThread(walkers(12, 20_000).pack(), OPTIONS, stop.signal, () => undefined)
  setTimeout(() => stop.abort(new Error('enough')), 300)
  const started = performance.now()
  await expect(following).rejects.toThrow('enough')
  expect(performance.now() - started).toBeLessThan(1300)
})
