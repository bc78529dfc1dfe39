import { expect, test } from 'vitest'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { exportSentence, forecastExport } from './describe-export.ts'
import { newProject } from './new-project.ts'
import { toTaskRequest } from './to-task-request.ts'

const SOURCE = { width: 1920, height: 1080, fps: 30 }
const SOURCE_S = 90

function told(changes: Partial<ProjectDocument>, settings: Partial<ProjectDocument['export']> = {}) {
  const base = newProject('ast_1')
  const made = toTaskRequest({ ...base, ...changes, export: { ...base.export, ...settings } }, 'export', SOURCE)
  if ('obstacle' in made || made.request.task !== 'export') throw new Error('it can be exported')
  const { params } = made.request
  const forecast = forecastExport(params, SOURCE, SOURCE_S)
  return { forecast, sentence: exportSentence(params, forecast, `${forecast.durationS} s`) }
}

const clip = (id: string, start_time: number, end_time: number, kept = true) => ({
  id,
  start_time,
  end_time,
  label: id,
  kept,
})
const CLIPS = [clip('a', 10, 14), clip('b', 88, 95), clip('c', 0, 50, false)]
const VERTICAL = { aspect: '9:16', keyframes: [], smoothing: 0, fill: 'crop' } as const

test('a project without anything is the whole video as it is', () => {
  expect(told({}).sentence).toBe('The whole video, 90 s long, 1920 × 1080 pixels, as MP4.')
})

test('a reel counts what is kept, and only what lies inside the video', () => {
  expect(told({ clips: CLIPS, crop: { ...VERTICAL, keyframes: [] } }, { burn_labels: true }).sentence).toBe(
    'A reel of 2 clips, 6 s long, 1080 × 1920 pixels, as MP4, with the names in the picture.',
  )
})

test('separate clips are several files, one clip is one', () => {
  expect(told({ clips: CLIPS }, { mode: 'separate', format: 'mov' }).sentence).toBe(
    '2 separate clips, 6 s in all, 1920 × 1080 pixels, as MOV.',
  )
  expect(told({ clips: [clip('a', 1, 3)] }).sentence).toBe('One clip, 2 s long, 1920 × 1080 pixels, as MP4.')
})

test('upscaling and a limit of lines show in the size that is told', () => {
  expect(told({}, { upscale: true }).sentence).toBe(
    'The whole video, 90 s long, 3840 × 2160 pixels, as MP4, with 2× upscaling.',
  )
  expect(told({}, { max_height: 720 }).forecast.size).toEqual({ width: 1280, height: 720 })
})

test('names burned in are told only where there are clips, and effects by what they do', () => {
  const region = {
    id: 'h',
    name: '',
    start_frame: 0,
    end_frame: 9,
    opacity: 1,
    follows: { kind: 'keyframes' as const, keyframes: [{ frame: 0, x: 9, y: 9, radius_x: 5, radius_y: 5 }] },
  }
  const { sentence } = told(
    { highlights: { effect: 'ring', regions: [region] } },
    { burn_labels: true, upscale: true, format: 'webm', codec: 'av1' },
  )
  expect(sentence).toBe(
    'The whole video, 90 s long, 3840 × 2160 pixels, as WebM, with a ring around your players and 2× upscaling.',
  )
})
