import { expect, test } from 'vitest'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { renderedSize } from '#lib/core/media/rendered-size.ts'
import { createCropSampler } from '#lib/core/render/crop-path.ts'
import { newProject } from './new-project.ts'
import { projectCropPath } from './project-crop-path.ts'
import { toTaskRequest } from './to-task-request.ts'

const SOURCE = { width: 1920, height: 1080, fps: 30 }

function project(changes: Partial<ProjectDocument>): ProjectDocument {
  return { ...newProject('ast_1'), ...changes }
}
const crop = (changes: Partial<ProjectDocument['crop']>): ProjectDocument['crop'] => ({
  aspect: '9:16',
  keyframes: [],
  smoothing: 0,
  fill: 'crop',
  ...changes,
})

test('a project without anything can only be exported as it is', () => {
  const document = project({})
  expect(toTaskRequest(document, 'annotate', SOURCE)).toEqual({ obstacle: 'no_clips' })
  expect(toTaskRequest(document, 'framing', SOURCE)).toEqual({ obstacle: 'no_crop' })
  expect(toTaskRequest(document, 'overlay', SOURCE)).toEqual({ obstacle: 'no_highlights' })
  expect(toTaskRequest(document, 'export', SOURCE)).toMatchObject({
    request: { task: 'export', params: { format: 'mp4', codec: 'h264', quality: 'high', upscale: false } },
  })
})

test('kept clips go into the reel, in its order; a clip without a name gets its number', () => {
  const clips = [
    { id: 'b', start_time: 5, end_time: 6, label: 'Goal', rating: 5, kept: true },
    { id: 'x', start_time: 0, end_time: 9, label: 'Warm-up', kept: false },
    { id: 'a', start_time: 1, end_time: 2, label: ' ', kept: true },
  ]
  expect(toTaskRequest(project({ clips }), 'annotate', SOURCE)).toMatchObject({
    request: {
      params: {
        clips: [
          { start_time: 5, end_time: 6, label: 'Goal', rating: 5 },
          { start_time: 1, end_time: 2, label: 'Clip 2' },
        ],
        mode: 'reel',
      },
    },
  })
})

test('a shape without keyframes is the largest crop in the middle, at the size people share', () => {
  expect(toTaskRequest(project({ crop: crop({}) }), 'framing', SOURCE)).toMatchObject({
    request: {
      params: {
        crop_keyframes: [{ frame: 0, x: 656.25, y: 0, width: 607.5, height: 1080 }],
        output_width: 1080,
        output_height: 1920,
      },
    },
  })
})

test('fit shows the whole picture in the same output', () => {
  expect(toTaskRequest(project({ crop: crop({ fill: 'fit' }) }), 'framing', SOURCE)).toMatchObject({
    request: {
      params: { crop_keyframes: [{ frame: 0, x: 0, y: 0, width: 1920, height: 1080 }], output_height: 1920 },
    },
  })
})

test('upscaling enlarges the crop itself instead of a size that was asked for', () => {
  const document = project({ crop: crop({}) })
  const upscaled = { ...document, export: { ...document.export, upscale: true, upscale_scale: 2 as const } }
  const made = toTaskRequest(upscaled, 'export', SOURCE)
  if ('obstacle' in made || made.request.task !== 'export') throw new Error('it can be exported')
  expect(renderedSize(made.request.params, SOURCE)).toEqual({ width: 1216, height: 2160 })
})

test('a highlight on a player of two merged tracks follows each where it is', () => {
  const document = project({
    tracks: {
      asset_id: 'ast_tracks',
      identities: [
        {
          id: 3,
          name: 'Mia',
          pieces: [
            { track_id: 3, start_frame: 0, end_frame: 40 },
            { track_id: 8, start_frame: 0, end_frame: 100_000_000 },
          ],
        },
      ],
    },
    highlights: {
      effect: 'ring',
      regions: [
        {
          id: 'h',
          name: '',
          start_frame: 10,
          end_frame: 90,
          opacity: 1,
          follows: { kind: 'track', track_id: 3, radius_x: 30 },
        },
      ],
    },
  })
  expect(toTaskRequest(document, 'overlay', SOURCE)).toMatchObject({
    request: {
      params: {
        effect_type: 'ring',
        highlight_regions: [
          { track_id: 3, start_frame: 10, end_frame: 40, radius_x: 30 },
          { track_id: 8, start_frame: 10, end_frame: 90, radius_x: 30 },
        ],
      },
    },
  })
})

const at = (frame: number, x: number, source: 'manual' | 'auto', cut = false) => ({
  frame,
  x,
  y: 0,
  width: 607.5,
  height: 1080,
  source,
  ...(cut ? { cut } : {}),
})

test('smoothing calms what auto-crop made, without lag, and leaves manual keyframes and cuts alone', () => {
  const zigzag = [0, 1, 2, 3, 4].map((i) => at(i * 15, i % 2 === 0 ? 400 : 600, 'auto'))
  const keyframes = [...zigzag, at(75, 1300, 'auto', true), at(90, 100, 'manual'), at(105, 1200, 'auto')]
  const smooth = projectCropPath(crop({ keyframes, smoothing: 0.5 }), SOURCE)
  if (!smooth) throw new Error('it is cropped')
  const x = (frame: number) => createCropSampler(smooth, SOURCE).at(frame).x
  const travel = (list: number[]) => list.slice(1).reduce((sum, value, i) => sum + Math.abs(value - (list[i] ?? 0)), 0)
  expect(travel([0, 15, 30, 45, 60].map(x))).toBeLessThan(200)
  // Symmetric in, symmetric out: it neither leads nor lags.
  expect(x(15)).toBeCloseTo(x(45), 6)
  expect(x(90)).toBe(100)
  expect(x(60)).toBeLessThan(601)
  expect(projectCropPath(crop({ keyframes, smoothing: 0 }), SOURCE)?.map((keyframe) => keyframe.x)).toEqual(
    keyframes.map((keyframe) => keyframe.x),
  )
})
