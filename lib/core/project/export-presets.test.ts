import { expect, test } from 'vitest'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import { applyEdit } from './apply-edit.ts'
import { EXPORT_PRESETS, type ExportPreset, formatChanges, presetEdits, presetOf } from './export-presets.ts'
import { newProject } from './new-project.ts'

const SOURCE = { width: 1920, height: 1080, fps: 30 }

function choose(document: ProjectDocument, preset: ExportPreset): ProjectDocument {
  return presetEdits(document, preset, SOURCE).reduce((before, edit) => {
    const result = applyEdit(before, edit)
    if ('refused' in result) throw new Error(result.refused)
    return result.document
  }, document)
}

test('a new project is at the source preset, and each preset is recognised once it is chosen', () => {
  expect(presetOf(newProject('ast_1'))).toBe('source')
  for (const preset of EXPORT_PRESETS) expect(presetOf(choose(newProject('ast_1'), preset))).toBe(preset)
})

test('every preset leads to itself from every other', () => {
  for (const first of EXPORT_PRESETS) {
    for (const second of EXPORT_PRESETS) {
      expect(presetOf(choose(choose(newProject('ast_1'), first), second))).toBe(second)
    }
  }
})

test('vertical makes the shape 9:16 and sets no other limit than 1920 lines', () => {
  const { crop, export: settings } = choose(newProject('ast_1'), 'vertical')
  expect(crop.aspect).toBe('9:16')
  expect(settings).toMatchObject({ format: 'mp4', codec: 'h264', quality: 'high', max_height: 1920 })
})

test('a wide export leaves a shape that fits alone, and makes a vertical one wide', () => {
  expect(presetEdits(newProject('ast_1'), 'wide', SOURCE).map(({ type }) => type)).toEqual(['set_export'])
  expect(choose(choose(newProject('ast_1'), 'vertical'), 'wide').crop.aspect).toBe('16:9')
})

test('going back to the source keeps the keyframes for the next shape', () => {
  const vertical = choose(newProject('ast_1'), 'vertical')
  const keyframe = { frame: 3, x: 100, y: 0, width: 607.5, height: 1080, source: 'manual' as const }
  const framed = { ...vertical, crop: { ...vertical.crop, keyframes: [keyframe] } }
  const back = choose(choose(framed, 'source'), 'vertical')
  expect(back.crop.keyframes).toMatchObject([{ frame: 3, x: 100, width: 607.5 }])
})

test('settings of one’s own are at no preset', () => {
  const document = newProject('ast_1')
  expect(presetOf({ ...document, export: { ...document.export, codec: 'hevc' } })).toBeNull()
  expect(presetOf({ ...document, export: { ...document.export, max_height: 720 } })).toBeNull()
})

test('every format is left with a codec it holds', () => {
  const hevc = { ...newProject('ast_1'), export: { ...newProject('ast_1').export, codec: 'hevc' as const } }
  for (const format of ['mp4', 'mov', 'webm'] as const) {
    expect(applyEdit(hevc, { type: 'set_export', changes: formatChanges(format) })).toMatchObject({
      document: { export: { format } },
    })
  }
})
