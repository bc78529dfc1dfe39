import { expect, test } from 'vitest'
import { TASKS } from '#lib/contracts/tasks/index.ts'
import { planSegments } from './plan-segments.ts'

test('a job is one segment over the whole input, whatever its length', () => {
  for (const durationS of [0.04, 7_200]) {
    expect(planSegments(TASKS.upscale, durationS)).toEqual([{ position: 0, startTimeS: null, endTimeS: null }])
  }
})
