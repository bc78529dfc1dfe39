import { existsSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { batchBytes } from '#gpu/media/frames.ts'
import { GraphBuilder } from '#gpu/onnx/graph-builder.ts'
import { DATA_TYPE } from '#gpu/onnx/model.ts'
import type { NetworkPlan, Provider } from './backend.ts'
import { chooseProvider } from './choose-provider.ts'
import { ortBackend } from './ort-backend.ts'
import { RUNTIMES } from './runtime.ts'

/** Vulkan in software, as Chromium ships it. */
const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json'

function useSoftwareVulkan(skip: (reason: string) => never): void {
  if (!existsSync(DRIVER)) skip(`no software Vulkan at ${DRIVER}`)
  const before = { VK_ICD_FILENAMES: process.env.VK_ICD_FILENAMES, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR }
  process.env.VK_ICD_FILENAMES = DRIVER
  process.env.XDG_RUNTIME_DIR ??= '/tmp'
  onTestFinished(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
}

/** The smallest network that enlarges: one convolution from a pixel's surroundings to its four successors. */
function tinyNetwork(): Uint8Array {
  const graph = new GraphBuilder('n.')
  graph.input('rgb', DATA_TYPE.float, [1, 3, 16, 16])
  const weights = graph.floats(
    [12, 3, 3, 3],
    Array.from({ length: 324 }, (_, index) => Math.sin(index) / 8),
  )
  const wide = graph.node('Conv', ['rgb', weights], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })
  graph.node('DepthToSpace', [wide], { blocksize: 2, mode: 'CRD' }, 'large')
  graph.output('large', DATA_TYPE.float, [1, 3, 32, 32])
  return graph.finish(13, 8)
}

const PLAN: NetworkPlan = {
  network: tinyNetwork(),
  scale: 2,
  radius: 1,
  colour: { matrix: 'bt709', fullRange: false },
  layout: { batch: 1, width: 16, height: 16 },
  maxTilePixels: 1 << 20,
}

async function enlarge(provider: Provider, runtime: (typeof RUNTIMES)[number]): Promise<Uint8Array> {
  const network = await ortBackend(provider, 1, { runtime }).open(PLAN)
  onTestFinished(() => network.close())
  expect(network.device).toBe(provider)
  const input = Uint8Array.from({ length: batchBytes(PLAN.layout) }, (_, index) => 16 + ((index * 37) % 200))
  return new Uint8Array((await network.run(input.buffer, new ArrayBuffer(batchBytes(network.output)), 1)).output)
}

it.for(RUNTIMES)('a network on WebGPU gives the CPU’s picture, through %s', async (runtime, { skip }) => {
  useSoftwareVulkan(skip)
  const [own, cpu] = [await enlarge('webgpu', runtime), await enlarge('cpu', runtime)]
  const differences = own.map((value, index) => Math.abs(value - (cpu[index] ?? 0)))
  expect(Math.max(...differences)).toBeLessThanOrEqual(1)
  expect(new Set(own).size).toBeGreaterThan(20)
})

it('a tensor on WebGPU has the CPU’s values', async ({ skip }) => {
  useSoftwareVulkan(skip)
  const run = async (provider: Provider) => {
    const session = await ortBackend(provider, 1, { runtime: 'node' }).openModel({ bytes: tinyNetwork() })
    onTestFinished(() => session.close())
    const data = Float32Array.from({ length: 768 }, (_, index) => (index % 101) / 100)
    return (await session.run({ rgb: { data, dims: [1, 3, 16, 16] } })).large?.data as Float32Array
  }
  const [own, cpu] = [await run('webgpu'), await run('cpu')]
  expect(cpu).toHaveLength(3072)
  for (const [index, value] of own.entries()) expect(value).toBeCloseTo(cpu[index] ?? Number.NaN, 5)
})

it('software Vulkan is found to be slower than the CPU and left', async ({ skip }) => {
  useSoftwareVulkan(skip)
  const { provider, reports } = await chooseProvider({ order: ['webgpu', 'cpu'], timeoutMs: 120_000 })
  expect(provider).toBe('cpu')
  expect(reports.map((report) => [report.provider, report.ok])).toEqual([
    ['webgpu', false],
    ['cpu', true],
  ])
  const { ms = 0, cpuMs = 0, maxDifference } = reports[0]?.proof ?? {}
  expect([ms > 4 * cpuMs, maxDifference]).toEqual([true, 1])
})
