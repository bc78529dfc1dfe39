import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PROVIDERS, type Provider } from './backend.ts'
import { libraryPath } from './c-api/library.ts'
import { type Proof, proveProvider } from './prove-provider.ts'
import { RUNTIMES, type Runtime } from './runtime.ts'

export interface ProviderReport {
  readonly provider: Provider
  readonly runtime: Runtime
  readonly ok: boolean
  /** Why it was taken or left, with the self-test's numbers. */
  readonly detail: string
  readonly proof?: Proof
}

export interface ProviderChoice {
  readonly provider: Provider
  readonly runtime: Runtime
  readonly reports: readonly ProviderReport[]
}

export interface ChoiceOptions {
  readonly order?: readonly Provider[]
  readonly runtimes?: readonly Runtime[]
  readonly cudaOptions?: Readonly<Record<string, string>>
  /** How long one self-test may take: the first use of a GPU loads hundreds of megabytes of libraries. */
  readonly timeoutMs?: number
}

const PROBE_NETWORK = fileURLToPath(new URL('../models/reelsr/reelsr-fast-x2-clean.onnx', import.meta.url))
/** Levels of 255; different devices round differently. */
const MAX_DIFFERENCE = 2
/** A GPU may be a little slower than the CPU on a batch this small; software Vulkan is a thousand times. */
const MAX_SLOWDOWN = 4
const TIMEOUT_MS = 60_000

/** Devices that cannot be there need no attempt (and none of the native libraries' complaints). */
function absent(provider: Provider): string | undefined {
  if (provider === 'cpu') return undefined
  if (provider === 'cuda') {
    const library = join(dirname(libraryPath()), 'libonnxruntime_providers_cuda.so')
    if (!existsSync(library)) return 'the CUDA provider library is not installed'
    return existsSync('/dev/nvidiactl') ? undefined : 'no NVIDIA device'
  }
  const hasVulkan = existsSync('/dev/nvidiactl') || existsSync('/dev/dri') || process.env.VK_ICD_FILENAMES !== undefined
  return hasVulkan ? undefined : 'no graphics device'
}

/**
 * Takes the first device, in order, on which one batch runs, gives the CPU's result and is not much slower than it; and on it the first
 * way to call ONNX Runtime that does. Throws when none works.
 */
export async function chooseProvider(options: ChoiceOptions = {}): Promise<ProviderChoice> {
  const reports: ProviderReport[] = []
  for await (const report of tryProviders(options)) {
    reports.push(report)
    if (report.ok) return { provider: report.provider, runtime: report.runtime, reports }
  }
  const reasons = reports.map(({ provider, runtime, detail }) => `${provider} (${runtime}): ${detail}`)
  throw new Error(`no inference provider works: ${reasons.join('; ')}`)
}

/** Tries every device with every way to call ONNX Runtime, one after another. */
export async function* tryProviders({
  order = PROVIDERS,
  runtimes = RUNTIMES,
  cudaOptions,
  timeoutMs = TIMEOUT_MS,
}: ChoiceOptions): AsyncGenerator<ProviderReport> {
  for (const provider of order) {
    const missing = absent(provider)
    for (const runtime of runtimes) {
      const report: ProviderReport =
        missing === undefined
          ? await tryProvider(provider, runtime, cudaOptions, timeoutMs)
          : { provider, runtime, ok: false, detail: missing }
      yield report
      // A device that is absent, or runs but not well enough, is no better when called in another way.
      if (missing !== undefined || (report.proof && !report.ok)) break
    }
  }
}

async function tryProvider(
  provider: Provider,
  runtime: Runtime,
  cudaOptions: ChoiceOptions['cudaOptions'],
  timeoutMs: number,
): Promise<ProviderReport> {
  try {
    const proof = await proveProvider({ network: PROBE_NETWORK, runtime, provider, cudaOptions }, timeoutMs)
    const detail = `${proof.ms.toFixed(1)} ms a batch (cpu ${proof.cpuMs.toFixed(1)} ms), differs by at most ${proof.maxDifference} levels`
    const ok = proof.maxDifference <= MAX_DIFFERENCE && (provider === 'cpu' || proof.ms < MAX_SLOWDOWN * proof.cpuMs)
    return { provider, runtime, ok, detail, proof }
  } catch (error) {
    return {
      provider,
      runtime,
      ok: false,
      detail: error instanceof Error ? error.message.slice(0, 300) : String(error),
    }
  }
}
