import { availableParallelism, cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { readConfig } from '#gpu/config.ts'
import { type ProviderReport, tryProviders } from '#gpu/inference/choose-provider.ts'
import { withWorkDir } from '#gpu/jobs/work-dir.ts'
import { workingDecoders } from '#gpu/media/decoders.ts'
import { workingEncoders } from '#gpu/media/encoders.ts'
import { weightsStates } from '#gpu/models/weights-states.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { ffmpegVersion, graphicsCard } from './machine.ts'

export const SELF_TEST_USAGE = 'npm run -s gpu -- self-test [--require cuda,h264_nvenc,…]'

/**
 * What this machine can do, tried and not assumed: every device with its time for a batch and its difference to the CPU, encoders,
 * decoders, weights. Sets exit code 1 when it cannot work, or lacks something `--require` names. Throws the signal's reason.
 */
export async function selfTest(argv: readonly string[], signal: AbortSignal): Promise<object> {
  const required = parseRequired(argv)
  const config = readConfig()
  const { providers: order, runtimes, cudaOptions, selfTestMs: timeoutMs } = config
  const providers: ProviderReport[] = []
  for await (const report of tryProviders({ order, runtimes, cudaOptions, timeoutMs })) {
    // A stopped test's children are gone, too: what they did not do says nothing of the machine.
    signal.throwIfAborted()
    providers.push(report)
  }
  const encoders = [...(await workingEncoders())]
  const decoders = await withWorkDir(config.workDir, workingDecoders)
  signal.throwIfAborted()
  const chosen = providers.find(({ ok }) => ok)
  const can = new Set([chosen?.provider ?? '', ...encoders, ...Object.values(decoders).flat()])
  const missing = [
    ...(chosen === undefined ? ['an inference device'] : []),
    ...(encoders.some((name) => name.includes('264')) ? [] : ['an H.264 encoder']),
    ...(decoders.h264?.length ? [] : ['an H.264 decoder']),
    ...required.filter((name) => !can.has(name)),
  ]
  if (missing.length > 0) process.exitCode = 1
  return {
    status: missing.length === 0 ? 'passed' : 'failed',
    missing,
    uses: chosen === undefined ? null : { provider: chosen.provider, runtime: chosen.runtime },
    providers,
    encoders,
    decoders,
    ffmpeg: await ffmpegVersion(),
    weights: await weightsStates(config.weightsDir),
    machine: await machine(),
  }
}

function parseRequired(argv: readonly string[]): string[] {
  try {
    const { values } = parseArgs({ args: [...argv], options: { require: { type: 'string', default: '' } } })
    return values.require.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('invalid_request', `${problem}\nusage: ${SELF_TEST_USAGE}`, { cause })
  }
}

async function machine(): Promise<object> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory_mib: Math.round(totalmem() / 2 ** 20),
    gpu: await graphicsCard(),
    node: process.versions.node,
  }
}
