import { readFile } from 'node:fs/promises'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { readStateDict } from '#gpu/pth/read-state-dict.ts'
import { buildGfpgan } from './gfpgan.ts'

const fixture = (name: string) => readFile(new URL(`./fixtures/${name}`, import.meta.url))
const SIDE = 32
const face = Float32Array.from({ length: 3 * SIDE * SIDE }, (_, index) => ((index * 37) % 101) / 50 - 1)

async function restore(onnx: Uint8Array, faces: number): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(onnx, { logSeverityLevel: 3 })
  const batch = new Float32Array(faces * face.length)
  for (let index = 0; index < faces; index++) batch.set(face, index * face.length)
  const { output } = await session.run({ input: new ort.Tensor('float32', batch, [faces, 3, SIDE, SIDE]) })
  expect(output?.dims).toEqual([faces, 3, SIDE, SIDE])
  return output?.data as Float32Array
}

it('equals PyTorch within 1e-4, one face alone and several at once', async () => {
  const built = buildGfpgan(readStateDict(await fixture('gfpgan-32.pth')))
  expect(built.size).toBe(SIDE)
  const expected = new Float32Array(Uint8Array.from(await fixture('gfpgan-32.out')).buffer)
  for (const faces of [1, 2]) {
    const made = await restore(built.onnx, faces)
    expect(made.length).toBe(faces * expected.length)
    const worst = made.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (expected[index % expected.length] ?? Number.NaN))),
      0,
    )
    expect(worst).toBeLessThan(1e-4)
  }
})

it('is refused when a parameter is missing or left over', async () => {
  const state = readStateDict(await fixture('gfpgan-32.pth'))
  const coded = expect.objectContaining({ code: 'weights_mismatch' })
  const without = new Map(
    [...state].filter(([name]) => name !== 'condition_shift.0.2.bias' && name !== 'final_conv.weight'),
  )
  expect(() => buildGfpgan(without)).toThrow(coded)
  const tensor = { shape: [1], values: () => new Float32Array(1) }
  expect(() => buildGfpgan(new Map([...state, ['landmarks.weight', tensor]]))).toThrow(coded)
  expect(() => buildGfpgan(new Map([['landmarks.weight', tensor]]))).toThrow(coded)
})
