import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PROVIDERS, type Provider } from './backend.ts'
import { startOrtThread } from './ort-backend.ts'

export interface ProviderReport {
  readonly provider: Provider
  readonly ok: boolean
  /** Why it was taken or left, with the self-test's numbers. */
  readonly detail: string
}

const PROBE_NETWORK = new URL('../models/reelsr/reelsr-fast-x2-clean.onnx', import.meta.url)
/** Levels of 255; different devices round differently. */
const MAX_DIFFERENCE = 2

/** Devices that cannot be there need no attempt (and none of the native libraries' complaints). */
function absent(provider: Provider): string | undefined {
  if (provider === 'cpu') return undefined
  if (provider === 'cuda') {
    const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
    const library = join(folder, 'bin/napi-v6/linux', process.arch, 'libonnxruntime_providers_cuda.so')
    if (!existsSync(library)) return 'the CUDA provider library is not installed'
    return existsSync('/dev/nvidiactl') ? undefined : 'no NVIDIA device'
  }
  const hasVulkan = existsSync('/dev/nvidiactl') || existsSync('/dev/dri') || process.env.VK_ICD_FILENAMES !== undefined
  return hasVulkan ? undefined : 'no graphics device'
}

/**
 * Takes the first provider, in order, that runs one batch, gives the CPU's result and is not much slower than the
 * CPU (software Vulkan is, a thousand times; a GPU may be a little, on a batch this small). `cpu` is always last.
 */
export async function chooseProvider(
  order: readonly Provider[] = PROVIDERS,
): Promise<{ readonly provider: Provider; readonly reports: readonly ProviderReport[] }> {
  const network = new Uint8Array(await readFile(PROBE_NETWORK))
  const reports: ProviderReport[] = []
  for (const provider of order) {
    const report = await tryProvider(provider, network)
    reports.push(report)
    if (report.ok) return { provider, reports }
  }
  throw new Error(
    `no inference provider works: ${reports.map((report) => `${report.provider}: ${report.detail}`).join('; ')}`,
  )
}

async function tryProvider(provider: Provider, network: Uint8Array): Promise<ProviderReport> {
  const missing = absent(provider)
  if (missing !== undefined) return { provider, ok: false, detail: missing }
  const thread = startOrtThread()
  try {
    const { proof } = await thread.call({ kind: 'prove', network, provider })
    if (proof === undefined) return { provider, ok: false, detail: 'no self-test result' }
    const detail = `${proof.ms.toFixed(1)} ms a batch (cpu ${proof.cpuMs.toFixed(1)} ms), differs by at most ${proof.maxDifference} levels`
    const ok = proof.maxDifference <= MAX_DIFFERENCE && (provider === 'cpu' || proof.ms < 4 * proof.cpuMs)
    return { provider, ok, detail }
  } catch (error) {
    return { provider, ok: false, detail: error instanceof Error ? error.message.slice(0, 300) : String(error) }
  } finally {
    await thread.close()
  }
}
