import { expect, it, onTestFinished } from 'vitest'
import { ortBackend } from '#gpu/inference/ort-backend.ts'
import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import { DATA_TYPE } from '#gpu/onnx/model.ts'
import { CASES } from './cases.ts'
import type { CaseMeasure } from './measure-case.ts'
import { recordingBackend } from './recording-backend.ts'
import { type BenchReport, isGood, pageOf, verdictsOf } from './report.ts'
import { cpuSeconds, ownPeakMib } from './usage.ts'

const measure = (workSeconds: number): CaseMeasure => ({
  frames: 240,
  seconds: workSeconds + 1,
  workSeconds,
  cpuMsPerFrame: 12.5,
  peakMib: 600,
  inferenceSeconds: 9.6,
  plainSeconds: 9,
  device: 'cpu',
  encoder: 'libx264',
  model: undefined,
})

const report = (overrides: Partial<BenchReport> = {}): BenchReport => ({
  machine: {
    cpu: 'A processor',
    cores: 2,
    memoryMib: 4096,
    gpu: null,
    node: '24.0.0',
    ffmpeg: '8.1.3',
    provider: 'cpu',
    runtime: 'c-api',
    inferenceThreads: 1,
    encodeThreads: 1,
  },
  clipSeconds: 8,
  rounds: 2,
  cases: [
    { name: 'upscale', clip: '640 × 360', ...measure(10) },
    { name: 'framing', clip: '1280 × 720', ...measure(10), inferenceSeconds: 0 },
  ],
  upscale: { naiveFps: 12, speedup: 2, memory: { shortMib: 500, longMib: 540 } },
  association: { objects: 11, framesPerSecond: 6000 },
  ...overrides,
})

it('measures every task', () => {
  expect(Object.keys(CASES).sort()).toEqual(
    ['annotate', 'auto_crop', 'detect_scenes', 'export', 'framing', 'ingest', 'overlay', 'track', 'upscale'].sort(),
  )
})

it('compares what has a mark, and says when one is missed', () => {
  expect(verdictsOf(report()).map(({ what, value }) => [what, value])).toEqual([
    ['upscale ÷ its inference alone', 0.96],
    ['framing ÷ plain ffmpeg', 0.9],
    ['upscale ÷ one frame at a time', 2],
    ['association, 11 objects, frames/s', 6000],
  ])
  expect(isGood(report())).toBe(true)
  expect(isGood(report({ association: { objects: 11, framesPerSecond: 2999 } }))).toBe(false)
  expect(isGood(report({ upscale: { naiveFps: 12, speedup: 2, memory: { shortMib: 500, longMib: 551 } } }))).toBe(false)
  expect(isGood(report({ cases: [{ name: 'framing', clip: '', ...measure(11.5) }] }))).toBe(false)
})

it('writes a page that describes the machine and has a row for each task', () => {
  const page = pageOf(report())
  expect(page).toContain('2 × A processor, 4 GiB; inference on cpu through c-api')
  expect(page).toContain('| upscale | 640 × 360 | 21.8 | 12.5 | 600 | 0.960 | 0.900 | libx264 |')
  expect(page).toContain('| framing | 1280 × 720 | 21.8 | 12.5 | 600 |  | 0.900 | libx264 |')
  expect(page).toContain('- framing ÷ plain ffmpeg: 0.90 (must 0.8, goal 0.9: goal)')
})

it('replays the inference calls of a task, scaled to as many as there were', async () => {
  const graph = new GraphBuilder('t.')
  graph.input('a', DATA_TYPE.float, [64, 64])
  graph.node('MatMul', ['a', 'a'], {}, 'b')
  graph.output('b', DATA_TYPE.float, [64, 64])
  const inner = ortBackend('cpu', 1, { runtime: 'c-api' })
  onTestFinished(() => inner.close())
  const { backend, replay } = recordingBackend(inner)
  expect(await replay()).toBe(0)
  const session = await backend.openModel({ bytes: graph.finish(13, 8) })
  const input = () => ({ a: { data: new Float32Array(4096).fill(0.5), dims: [64, 64] } })
  for (let call = 0; call < 30; call++) expect((await session.run(input())).b?.data[0]).toBe(16)
  await session.close()
  const [first, again] = [await replay(), await replay()]
  expect(first).toBeGreaterThan(0)
  expect(again).toBeGreaterThan(0)
})

it('counts the CPU time and memory of this process', async () => {
  const before = cpuSeconds()
  const peak = await ownPeakMib(async () => {
    const end = performance.now() + 300
    while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve))
  })
  expect(cpuSeconds()).toBeGreaterThan(before)
  expect(peak).toBeGreaterThan(20)
})
