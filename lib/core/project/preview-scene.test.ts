import { expect, test } from 'vitest'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { createScene } from '#lib/core/render/scene.ts'
import { newProject } from './new-project.ts'
import { changesPicture, highlightScene, previewScene } from './preview-scene.ts'
import { toTaskRequest } from './to-task-request.ts'

const SOURCE = { width: 1920, height: 1080, fps: 30 }
const region: ProjectDocument['highlights']['regions'][number] = {
  id: 'h',
  name: '',
  start_frame: 0,
  end_frame: 90,
  opacity: 1,
  follows: { kind: 'keyframes', keyframes: [{ frame: 0, x: 300, y: 400, radius_x: 50, radius_y: 90 }] },
}
const vertical: ProjectDocument = {
  ...newProject('ast_1'),
  crop: { aspect: '9:16', keyframes: [], smoothing: 0, fill: 'crop' },
  highlights: { effect: 'ring', regions: [region] },
}

test('the preview is given exactly what the export is given', () => {
  const made = toTaskRequest(vertical, 'export', SOURCE)
  if ('obstacle' in made || made.request.task !== 'export') throw new Error('it can be exported')
  expect(previewScene(vertical, SOURCE, undefined)).toEqual({
    source: { width: 1920, height: 1080 },
    output: { width: 1080, height: 1920 },
    crop: made.request.params.crop_keyframes,
    highlight: { effect: 'ring', regions: made.request.params.highlight_regions },
    tracks: undefined,
  })
})

test('clips are no part of it, and enlargement shows the picture before it', () => {
  const clips = [{ id: 'a', start_time: 1, end_time: 2, label: '', kept: true }]
  const enlarged: ProjectDocument = { ...vertical, clips, export: { ...vertical.export, upscale: true } }
  expect(previewScene(enlarged, SOURCE, undefined).output).toEqual({ width: 608, height: 1080 })
})

test('highlights are placed on the whole picture', () => {
  const scene = createScene({ ...highlightScene(vertical, SOURCE, undefined), matrix: 'bt709' })
  expect(scene.at(10)).toMatchObject({
    crop: { x: 0, y: 0, width: 1920, height: 1080 },
    highlight: { effect: 'ring', ellipses: [{ x: 300, y: 400 }] },
  })
})

test('a project without crop and highlights looks like its source', () => {
  expect(changesPicture(newProject('ast_1'), SOURCE)).toBe(false)
  expect(changesPicture(vertical, SOURCE)).toBe(true)
})
