import { expect, test } from 'vitest'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { codecOf } from '#lib/core/pricing/fit-codec.ts'
import { optionalOutputs, productKind, requiredOutputs } from './required-outputs.ts'

const clip = { start_time: 0, end_time: 1, label: 'a' }
const request = (task: string, params: object = {}) => TaskRequest.parse({ task, params })

test('clips in one video are one file, separate ones a file each', () => {
  expect(requiredOutputs(request('annotate', { clips: [clip, clip], mode: 'separate' }))).toEqual([
    'clip-001',
    'clip-002',
  ])
  expect(requiredOutputs(request('annotate', { clips: [clip, clip] }))).toEqual(['video'])
  expect(requiredOutputs(request('export', { clips: [clip, clip], mode: 'separate' }))).toEqual([
    'clip-001',
    'clip-002',
  ])
  expect(requiredOutputs(request('export', { clips: [clip, clip] }))).toEqual(['video'])
})

test('what a run may hand back besides', () => {
  expect(optionalOutputs(request('upscale'), true)).toEqual(['live_frame', 'poster'])
  expect(optionalOutputs(request('upscale'), false)).toEqual(['live_frame', 'poster', 'preview'])
  expect(optionalOutputs(request('detect_scenes'), false)).toEqual(['live_frame'])
  expect(optionalOutputs(request('annotate', { clips: [clip, clip], mode: 'separate' }), false)).toEqual([
    'live_frame',
    'poster',
  ])
})

test('a live frame is no product', () => {
  expect(productKind('upscale', 'live_frame')).toBeNull()
  expect(productKind('upscale', 'anything')).toBeNull()
})

test('tasks without a choice of codec make H.264, and WebM holds AV1', () => {
  expect(codecOf(request('detect_scenes'))).toBe('h264')
  expect(codecOf(request('export', { format: 'webm' }))).toBe('av1')
  expect(codecOf(request('export', { format: 'mp4' }))).toBe('h264')
})
