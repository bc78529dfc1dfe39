import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { testFolder } from '#gpu/testing/task-context.ts'
import { chooseDetector, DETECTORS } from './choose-detector.ts'

it('takes what is asked for, whether its weights are there or not', async () => {
  const dir = await testFolder()
  expect(chooseDetector('yolox_tiny', dir)?.name).toBe('yolox_tiny')
  expect(chooseDetector('yolov8', dir)?.name).toBe('yolov8m')
  expect(chooseDetector('motion', dir)).toBeUndefined()
})

it('else takes the best whose weights are there, and motion when none are', async () => {
  const dir = await testFolder()
  expect(chooseDetector(undefined, dir)).toBeUndefined()
  for (const better of ['yolov8n', 'yolox_nano', 'yolox_s', 'yolox_x', 'yolox_m'] as const) {
    await writeFile(join(dir, `${better}.onnx`), '')
    expect(chooseDetector(undefined, dir)?.name).toBe(better)
  }
})

it('every network’s file is named for it, and none but the operator’s own is unknown to its publisher’s address', () => {
  for (const { name, weights, licence } of Object.values(DETECTORS)) {
    expect(weights.file).toBe(`${name}.onnx`)
    expect(weights.source.endsWith(`/${weights.file}`)).toBe(licence === 'Apache-2.0')
  }
})
