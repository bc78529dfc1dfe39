import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { DATA_TYPE, floatsOf, initializersOf, parseModel } from '#gpu/onnx/model.ts'
import { testFolder } from '#gpu/testing/task-context.ts'

const CLI = decodeURIComponent(new URL('../cli.ts', import.meta.url).pathname)
const fixture = (name: string) =>
  decodeURIComponent(new URL(`../models/families/fixtures/${name}`, import.meta.url).pathname)

async function convert(...args: string[]): Promise<{ code: number; line: Record<string, unknown>; log: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, 'convert', ...args])
    return { code: 0, line: JSON.parse(stdout) as Record<string, unknown>, log: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, line: JSON.parse(stdout) as Record<string, unknown>, log: stderr }
  }
}

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

it('turns a .pth into an .onnx that runs, and says in one line what it is', async () => {
  const target = join(await testFolder(), 'out.onnx')
  const { code, line } = await convert(fixture('rrdb-x4.pth'), target)
  expect(code).toBe(0)
  expect(line).toEqual({
    architecture: 'RRDBNet',
    variant: '4 features, 1 blocks',
    scale: 4,
    parameters: 3659,
    receptive_radius: 19,
    pth_sha256: await sha256(fixture('rrdb-x4.pth')),
    onnx_sha256: await sha256(target),
    onnx_bytes: (await readFile(target)).length,
  })
  const session = await ort.InferenceSession.create(target, { logSeverityLevel: 3 })
  const input = new ort.Tensor('float32', new Float32Array(3 * 5 * 7), [1, 3, 5, 7])
  expect((await session.run({ input })).output?.dims).toEqual([1, 3, 20, 28])
})

/** Every weight of a network, in order. */
async function weightsOf(path: string): Promise<number[]> {
  return initializersOf(parseModel(await readFile(path)).graph).flatMap((tensor) =>
    tensor.dataType === DATA_TYPE.float ? [...floatsOf(tensor)] : [],
  )
}

it('blends with a partner that denoises less: strength 1 is the model alone, 0 the partner alone', async () => {
  const target = join(await testFolder(), 'out.onnx')
  const [model, partner] = [fixture('srvgg-x2.pth'), fixture('srvgg-x2-weak.pth')]
  const made = async (source: string, ...args: string[]) => {
    expect(await convert(source, target, ...args)).toMatchObject({ code: 0 })
    return weightsOf(target)
  }
  const blended = (strength: string) => made(model, '--denoise-partner', partner, '--strength', strength)
  const [strong, weak] = [await made(model), await made(partner)]
  expect(await blended('1')).toEqual(strong)
  expect(await blended('0')).toEqual(weak)
  const expected = strong.map((value, index) => Math.fround(0.25 * value + 0.75 * (weak[index] ?? Number.NaN)))
  expect(await blended('0.25')).toEqual(expected)
  // Another architecture is no partner.
  expect(await convert(model, target, '--denoise-partner', fixture('rrdb-x4.pth'))).toMatchObject({
    code: 1,
    line: { status: 'failed', error: { code: 'weights_mismatch' } },
  })
})

it.each([
  ['a file that is not there', ['nowhere.pth', 'out.onnx'], 'missing_weights'],
  ['a file that is no checkpoint', [CLI, 'out.onnx'], 'weights_mismatch'],
  ['no output', [fixture('rrdb-x4.pth')], 'invalid_request'],
  [
    'a strength beyond 1',
    [fixture('rrdb-x4.pth'), 'out.onnx', '--denoise-partner', fixture('rrdb-x4.pth'), '--strength', '2'],
    'invalid_request',
  ],
])('refuses %s and writes nothing', async (_name, args, code) => {
  const folder = await testFolder()
  const placed = args.map((arg) => (arg === 'out.onnx' ? join(folder, arg) : arg))
  expect(await convert(...placed)).toMatchObject({ code: 1, line: { error: { code } } })
  expect(await readdir(folder)).toEqual([])
})
