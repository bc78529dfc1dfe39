import { expect, it } from 'vitest'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { requiredOutputs } from './required-outputs.ts'

const clip = { start_time: 0, end_time: 1, label: 'Goal' }
const of = (task: string, params: object) => requiredOutputs(TaskRequest.parse({ task, params }))

it('wants a file for every separate clip, and one for a reel', () => {
  expect(of('annotate', { clips: [clip, clip], mode: 'separate' })).toEqual(['clip-001', 'clip-002'])
  expect(of('annotate', { clips: [clip, clip] })).toEqual(['video'])
  expect(of('export', { clips: [clip], mode: 'separate' })).toEqual(['clip-001'])
  expect(of('export', { mode: 'separate' })).toEqual(['video'])
})

it('wants the keyframes of an auto-crop, and its video when it is rendered', () => {
  expect(of('auto_crop', {})).toEqual(['result', 'video'])
  expect(of('auto_crop', { render: false })).toEqual(['result'])
})

it('wants what the contract says of all others', () => {
  expect(of('upscale', {})).toEqual(['video'])
  expect(of('track', {})).toEqual(['result'])
  expect(of('ingest', {})).toEqual(['video'])
})
