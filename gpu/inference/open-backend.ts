import type { WorkerConfig } from '#gpu/config.ts'
import type { InferenceBackend } from './backend.ts'
import { chooseProvider, type ProviderReport } from './choose-provider.ts'
import { ortBackend } from './ort-backend.ts'

export interface OpenBackend {
  readonly backend: InferenceBackend
  /** Every device that was tried, the one taken last. */
  readonly reports: readonly ProviderReport[]
}

/** The best device that proves itself here, as the configuration allows. Throws when none does. */
export async function openBackend(config: WorkerConfig): Promise<OpenBackend> {
  const { providers: order, runtimes, cudaOptions, selfTestMs: timeoutMs, warmBytes } = config
  const { provider, runtime, reports } = await chooseProvider({ order, runtimes, cudaOptions, timeoutMs })
  return { backend: ortBackend(provider, config.inferenceThreads, { runtime, warmBytes, cudaOptions }), reports }
}

/** One line for the log about each device that was tried. */
export function describeReport({ provider, runtime, ok, detail }: ProviderReport): string {
  return `inference on ${provider} through ${runtime}: ${ok ? 'used' : 'not used'}, ${detail}`
}
