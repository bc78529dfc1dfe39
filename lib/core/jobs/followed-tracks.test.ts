import { expect, it } from 'vitest'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { followedTracks } from './followed-tracks.ts'

const region = { start_frame: 0, end_frame: 9 }
const still = { ...region, x: 1, y: 1, radius_x: 1, radius_y: 1 }
const followed = (task: string, params: object) => followedTracks(TaskRequest.parse({ task, params }))

it.each([
  ['upscale', {}],
  ['track', {}],
  ['auto_crop', { subject: 'ball' }],
  ['overlay', { highlight_regions: [still] }],
  ['export', {}],
])('%s that names no track follows none', (task, params) => {
  expect(followed(task, params)).toEqual([])
})

it('names each followed track and the param it stands in', () => {
  expect(followed('auto_crop', { subject: 7 })).toEqual([{ trackId: 7, field: 'params.subject' }])
  const regions = [still, { ...region, track_id: 3 }]
  const expected = [{ trackId: 3, field: 'params.highlight_regions.1.track_id' }]
  expect(followed('overlay', { highlight_regions: regions })).toEqual(expected)
  expect(followed('export', { highlight_regions: regions })).toEqual(expected)
})
