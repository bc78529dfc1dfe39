import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { blendModels } from './blend.ts'
import { floatsOf, initializersOf, parseModel } from './model.ts'

const file = async (name: string) =>
  new Uint8Array(await readFile(new URL(`../models/reelsr/reelsr-fast-${name}.onnx`, import.meta.url)))

function weights(model: Uint8Array, name: string): Float32Array {
  const tensor = initializersOf(parseModel(model).graph).find((entry) => entry.name === name)
  if (tensor === undefined) throw new Error(`no ${name}`)
  return floatsOf(tensor)
}

it('interpolates every weight between the clean and the denoising set', async () => {
  const [clean, denoise] = await Promise.all([file('x2-clean'), file('x2-denoise')])
  const blended = blendModels(clean, denoise, 0.25)
  for (const name of ['conv0.weight', 'conv3.bias', 'conv6.weight']) {
    const [a, b, mixed] = [weights(clean, name), weights(denoise, name), weights(blended, name)]
    expect(mixed.length).toBe(a.length)
    expect(
      [...mixed].every((value, index) => Math.abs(value - (0.75 * (a[index] ?? 0) + 0.25 * (b[index] ?? 0))) < 1e-6),
    ).toBe(true)
    expect([...mixed].some((value, index) => value !== a[index])).toBe(true)
  }
})

it('leaves the upscale constant and the nodes alone', async () => {
  const [clean, denoise] = await Promise.all([file('x2-clean'), file('x2-denoise')])
  const blended = parseModel(blendModels(clean, denoise, 0.5))
  expect([...weights(blendModels(clean, denoise, 0.5), 'upscales')]).toEqual([1, 1, 2, 2])
  expect(blended.graph.filter((field) => field.field === 1)).toEqual(
    parseModel(clean).graph.filter((field) => field.field === 1),
  )
})

it('hands back the files themselves at 0 and 1', async () => {
  const [clean, denoise] = await Promise.all([file('x2-clean'), file('x2-denoise')])
  expect(blendModels(clean, denoise, 0)).toBe(clean)
  expect(blendModels(clean, denoise, 1)).toBe(denoise)
})

it('refuses weight sets of two architectures', async () => {
  const [two, four] = await Promise.all([file('x2-clean'), file('x4-clean')])
  expect(() => blendModels(two, four, 0.5)).toThrow(/is not in both weight sets/)
})
