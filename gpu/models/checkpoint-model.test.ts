import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { withMetadata } from '#gpu/onnx/metadata.ts'
import { floatsOf, initializersOf, parseModel } from '#gpu/onnx/model.ts'
import { SHARED_DIR, shared } from '#gpu/testing/clips.ts'
import { testFolder } from '#gpu/testing/task-context.ts'
import { UPSCALE_MODELS } from '#lib/contracts/tasks/upscale.ts'
import { checkpointModel } from './checkpoint-model.ts'
import { buildNetwork } from './families/index.ts'
import { UPSCALERS } from './index.ts'
import { sha256Of } from './weights.ts'

const FIXTURES = new URL('./families/fixtures/', import.meta.url)
const fixture = (name: string) => decodeURIComponent(new URL(name, FIXTURES).pathname)
const RELEASE = 'https://example.org/releases'

/** An entry like those of the registry, for a tiny network. */
async function tinyModel(file: string, weaker?: string) {
  const pinned = async (name: string) => ({
    file: name,
    sha256: sha256Of(await readFile(fixture(name))),
    source: `${RELEASE}/${name}`,
  })
  return checkpointModel({
    name: 'RealESRGAN_x2plus',
    architecture: 'SRVGGNetCompact',
    licence: 'BSD-3-Clause',
    scale: 2,
    overlap: 4,
    memoryMibPerMegapixel: 1,
    evidence: 'equivalent',
    checkpoint: await pinned(file),
    ...(weaker === undefined ? {} : { weaker: await pinned(weaker) }),
  })
}

const request = (weightsDir: string, denoiseStrength = 0.5) => ({ scale: 2, denoiseStrength, weightsDir }) as const

function firstWeights(bytes: Uint8Array): Float32Array {
  const tensor = initializersOf(parseModel(bytes).graph).find(({ name }) => name === 'body.0.weight')
  if (tensor === undefined) throw new Error('no first convolution')
  return floatsOf(tensor)
}

it('builds the network from the checkpoint, and keeps it for the next job', async () => {
  const dir = await testFolder()
  await copyFile(fixture('srvgg-x2.pth'), join(dir, 'srvgg-x2.pth'))
  const model = await tinyModel('srvgg-x2.pth')
  const first = await model.load(request(dir))
  expect(first).toMatchObject({ scale: 2, sha256: sha256Of(await readFile(fixture('srvgg-x2.pth'))) })
  expect((await model.load(request(dir, 0.1))).bytes).toBe(first.bytes)
})

it('denoises by as much as is asked for where the weaker weight set is there too', async () => {
  const dir = await testFolder()
  for (const name of ['srvgg-x2.pth', 'srvgg-x2-weak.pth']) await copyFile(fixture(name), join(dir, name))
  const model = await tinyModel('srvgg-x2.pth', 'srvgg-x2-weak.pth')
  const at = async (strength: number) => firstWeights((await model.load(request(dir, strength))).bytes)
  const [weak, strong, middle] = [await at(0), await at(1), await at(0.25)]
  expect([...weak]).not.toEqual([...strong])
  const expected = strong.map((value, index) => 0.25 * value + 0.75 * (weak[index] ?? Number.NaN))
  expect(Math.max(...middle.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN))))).toBeLessThan(
    1e-6,
  )
})

it('takes an ONNX file in the checkpoint’s place only when it was converted from it', async () => {
  const dir = await testFolder()
  const model = await tinyModel('srvgg-x2.pth')
  const network = new Uint8Array(await readFile(fixture('srvgg-x2.pth')))
  const onnx = new Uint8Array(await readFile(new URL('./reelsr/reelsr-fast-x2-clean.onnx', import.meta.url)))
  const path = join(dir, 'RealESRGAN_x2plus.onnx')
  const converted = withMetadata(onnx, { pth_sha256: sha256Of(network) })
  await writeFile(path, converted)
  expect(await model.load(request(dir))).toMatchObject({ scale: 2, sha256: sha256Of(converted) })
  await ort.InferenceSession.create(converted, { logSeverityLevel: 3 })
  for (const other of [onnx, withMetadata(onnx, { pth_sha256: sha256Of(onnx) })]) {
    await writeFile(path, other)
    await expect(model.load(request(dir))).rejects.toMatchObject({
      code: 'weights_mismatch',
      message: expect.stringMatching(/RealESRGAN_x2plus\.onnx.*srvgg-x2\.pth.*convert/s),
    })
  }
})

it('says which file is missing or wrong, and the command that brings it', async () => {
  const dir = await testFolder()
  const model = await tinyModel('srvgg-x2.pth')
  await expect(model.load(request(dir))).rejects.toMatchObject({
    code: 'missing_weights',
    message: expect.stringMatching(/"srvgg-x2\.pth".*npm run weights RealESRGAN_x2plus/s),
  })
  await copyFile(fixture('rrdb-x2.pth'), join(dir, 'srvgg-x2.pth'))
  await expect(model.load(request(dir))).rejects.toMatchObject({
    code: 'weights_mismatch',
    message: expect.stringMatching(/"srvgg-x2\.pth".*sha256.*npm run weights RealESRGAN_x2plus/s),
  })
})

it('refuses a checkpoint of another scale', async () => {
  const dir = await testFolder()
  await copyFile(fixture('rrdb-x4.pth'), join(dir, 'rrdb-x4.pth'))
  await expect((await tinyModel('rrdb-x4.pth')).load(request(dir))).rejects.toMatchObject({ code: 'weights_mismatch' })
})

it('pins every file of every model', () => {
  expect(Object.keys(UPSCALERS)).toEqual([...UPSCALE_MODELS])
  for (const model of Object.values(UPSCALERS)) {
    for (const { sha256, source } of model.files) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(source).toMatch(/^https:\/\//)
    }
  }
})

it.for([
  ['realesr-general-x4v3', 45, 37],
  ['realesr-animevideov3', 45, 37],
] as const)('builds %s as its publisher’s export computes it', async ([name, width, height], { skip }) => {
  const path = shared(`weights/${name}.onnx`)
  if (path === undefined) return skip(`no weights in ${SHARED_DIR}`)
  const exported = await readFile(path)
  const kinds = new Map([
    ['w', 'weight'],
    ['b', 'bias'],
    ['s', 'weight'],
  ])
  const state = new Map(
    initializersOf(parseModel(exported).graph).flatMap((tensor) => {
      const [, index, kind = ''] = /^(?:Conv|PRelu)_(\d+)\.([wbs])$/.exec(tensor.name) ?? []
      if (index === undefined) return []
      const shape = kind === 's' ? tensor.dims.slice(0, 1) : tensor.dims
      return [[`body.${index}.${kinds.get(kind)}`, { shape, values: () => floatsOf(tensor) }] as const]
    }),
  )
  const built = buildNetwork(state)
  expect(built).toMatchObject({ architecture: 'SRVGGNetCompact', scale: 4, receptiveRadius: UPSCALERS[name].overlap })
  const picture = new Float32Array(3 * width * height).map((_, index) => ((index * 37) % 101) / 100)
  const run = async (bytes: Uint8Array) => {
    const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 })
    const { output } = await session.run({ input: new ort.Tensor('float32', picture, [1, 3, height, width]) })
    return output?.data as Float32Array
  }
  const [ours, theirs] = [await run(built.onnx), await run(exported)]
  expect(ours.length).toBe(48 * width * height)
  expect(
    ours.reduce((most, value, index) => Math.max(most, Math.abs(value - (theirs[index] ?? Number.NaN))), 0),
  ).toBeLessThan(1e-5)
})
