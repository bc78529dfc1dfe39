import { readFile } from 'node:fs/promises'
import { batchBytes, type FrameLayout } from '#gpu/media/frames.ts'
import { wrapForVideo } from '#gpu/onnx/yuv-graph.ts'
import type { GraphOptions } from './graph.ts'
import { openGraph } from './open-graph.ts'
import type { Proof, ProofRequest } from './prove-provider.ts'
import type { Runtime } from './runtime.ts'
import { runBatch } from './video-graph.ts'

/**
 * A program of its own, because what it tries may crash or hang the process: runs one small batch of video on a device and on
 * the CPU, prints how long each took and how far they are apart.
 */
const IN: FrameLayout = { batch: 1, width: 128, height: 96 }
const OUT: FrameLayout = { batch: 1, width: 256, height: 192 }

async function timed(wrapped: Uint8Array, runtime: Runtime, options: GraphOptions) {
  const input = new Uint8Array(batchBytes(IN)).map((_, index) => 16 + ((index * 2654435761) >>> 25))
  const output = new Uint8Array(batchBytes(OUT))
  const graph = await openGraph(runtime, wrapped, options)
  await runBatch(graph, input.buffer, IN, output.buffer, OUT)
  const start = performance.now()
  await runBatch(graph, input.buffer, IN, output.buffer, OUT)
  const ms = performance.now() - start
  await graph.release()
  return { ms, output }
}

async function prove({ network, runtime, provider, cudaOptions }: ProofRequest): Promise<Proof> {
  const colour = { matrix: 'bt709', fullRange: false } as const
  const wrapped = wrapForVideo(new Uint8Array(await readFile(network)), { ...IN, scale: 2, colour })
  const own = await timed(wrapped, runtime, { provider, threads: 1, cudaOptions })
  const cpu = await timed(wrapped, 'node', { provider: 'cpu', threads: 1 })
  const differences = own.output.map((value, index) => Math.abs(value - (cpu.output[index] ?? 0)))
  return { ms: own.ms, cpuMs: cpu.ms, maxDifference: differences.reduce((worst, value) => Math.max(worst, value), 0) }
}

try {
  const proof = await prove(JSON.parse(process.argv[2] ?? '') as ProofRequest)
  process.stdout.write(`${JSON.stringify(proof)}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
