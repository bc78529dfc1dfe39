import { expect, test } from 'vitest'
import { evenClock, frameClock } from './frame-clock.ts'
import { newProject } from './new-project.ts'
import { isSample, sampleProject, sampleRange } from './sample-export.ts'
import { toTaskRequest } from './to-task-request.ts'

const SOURCE = { width: 1280, height: 720, fps: 25 }
const MINUTE = evenClock(25, 60)

test('the sample lies around the playhead', () => {
  expect(sampleRange(30, MINUTE)).toEqual({ startS: 27.48, endS: 32.48 })
})

test('at the edges of the video it is moved inside, not made shorter', () => {
  expect(sampleRange(0, MINUTE)).toEqual({ startS: 0, endS: 5 })
  expect(sampleRange(60, MINUTE)).toEqual({ startS: 55, endS: 60 })
})

test('a video shorter than the sample is taken whole', () => {
  expect(sampleRange(1, evenClock(25, 2))).toEqual({ startS: 0, endS: 2 })
})

test('both ends lie on frames, also where they come unevenly, and it is never longer than five seconds', () => {
  const times = Float64Array.from({ length: 400 }, (_, i) => i / 30 + (i % 3) * 0.004)
  const clock = frameClock(times, 13.4)
  for (const around of [0, 3.3, 6.71, 9.999, 13.4]) {
    const { startS, endS } = sampleRange(around, clock)
    expect([...times]).toContain(startS)
    expect([...times, 13.4]).toContain(endS)
    expect(endS - startS).toBeGreaterThan(4.9)
    expect(endS - startS).toBeLessThanOrEqual(5.04)
  }
})

test('a sample is the same export of those seconds alone, and is known by its params', () => {
  const project = newProject('ast_1')
  const clips = [{ id: 'a', start_time: 0, end_time: 50, label: 'All', kept: true }]
  const whole = { ...project, clips, export: { ...project.export, mode: 'separate' as const, burn_labels: true } }
  const made = toTaskRequest(sampleProject(whole, { startS: 10, endS: 15 }), 'export', SOURCE)
  if ('obstacle' in made) throw new Error(made.obstacle)
  expect(made.request.params).toMatchObject({
    clips: [{ start_time: 10, end_time: 15 }],
    mode: 'reel',
    burn_labels: false,
    quality: 'high',
  })
  expect(isSample(made.request.params)).toBe(true)
  const plain = toTaskRequest(whole, 'export', SOURCE)
  if ('obstacle' in plain) throw new Error(plain.obstacle)
  expect(isSample(plain.request.params)).toBe(false)
  expect(isSample({})).toBe(false)
})
