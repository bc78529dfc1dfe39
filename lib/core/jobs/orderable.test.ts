import { expect, it } from 'vitest'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { obstacleTo } from './orderable.ts'

const clips = [{ start_time: 0, end_time: 1, label: 'Goal' }]
const region = { start_frame: 0, end_frame: 9, track_id: 3 }
const still = { start_frame: 0, end_frame: 9, x: 1, y: 1, radius_x: 1, radius_y: 1 }
const obstacle = (task: string, params: object) => obstacleTo(TaskRequest.parse({ task, params }))

it.each([
  ['upscale', {}],
  ['auto_crop', {}],
  ['annotate', { clips }],
  ['export', { clips, highlight_regions: [still] }],
])('%s with one video as its product can be ordered', (task, params) => {
  expect(obstacle(task, params)).toBeNull()
})

it.each([
  ['track', {}],
  ['detect_scenes', {}],
  ['ingest', {}],
  ['auto_crop', { render: false }],
  ['annotate', { clips, mode: 'separate' }],
  ['export', { clips, mode: 'separate' }],
])('%s, whose product is something else, cannot', (task, params) => {
  expect(obstacle(task, params)).toBe('task_paused')
})

it.each([
  ['overlay', { highlight_regions: [still, region] }],
  ['export', { highlight_regions: [region] }],
  ['auto_crop', { subject: 3 }],
])('%s that follows a player needs tracks', (task, params) => {
  expect(obstacle(task, params)).toBe('missing_tracks')
})
