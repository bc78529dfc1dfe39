import { expect, test } from 'vitest'
import { ATTEMPT_STATES } from '#lib/contracts/api/jobs.ts'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { isLiveAttempt } from './attempt-machine.ts'
import { takesTracks } from './followed-tracks.ts'

test('tasks that can make use of tracks', () => {
  const region = { start_frame: 0, end_frame: 9, x: 1, y: 1, radius_x: 1, radius_y: 1 }
  const paramsOf = (task: string) => (task === 'overlay' ? { highlight_regions: [region] } : {})
  const takes = (task: string) => takesTracks(TaskRequest.parse({ task, params: paramsOf(task) }))
  expect(['auto_crop', 'overlay', 'export', 'upscale', 'track', 'detect_scenes'].filter(takes)).toEqual([
    'auto_crop',
    'overlay',
    'export',
  ])
})

test('an attempt is live until it has ended', () => {
  expect(ATTEMPT_STATES.filter(isLiveAttempt)).toEqual([
    'created',
    'dispatching',
    'dispatch_unknown',
    'queued',
    'running',
  ])
})
