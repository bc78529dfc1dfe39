import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { PROVIDERS, type Provider } from './inference/backend.ts'
import { RUNTIMES, type Runtime } from './inference/runtime.ts'

const seconds = (otherwise: number) => z.coerce.number().positive().default(otherwise)
const Env = z.object({
  WEIGHTS_DIR: z
    .string()
    .min(1)
    .default(decodeURIComponent(new URL('./weights', import.meta.url).pathname)),
  /** Where job folders are made; the system's temporary folder when absent. */
  GPU_WORK_DIR: z.string().optional(),
  GPU_PROVIDERS: z
    .string()
    .default(PROVIDERS.join(','))
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(PROVIDERS)).min(1)),
  /** How ONNX Runtime is called; `auto` prefers its C API where that proves itself. */
  GPU_BACKEND: z.enum(['auto', ...RUNTIMES]).default('auto'),
  /** Options of ONNX Runtime's CUDA provider, a JSON object of texts; only the C API passes them on. */
  GPU_CUDA_OPTIONS: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue('is not JSON')
        return z.NEVER
      }
    })
    .pipe(z.record(z.string(), z.string())),
  /** How long one device may take to prove itself at the start. */
  GPU_SELF_TEST_S: seconds(60),
  /** Memory that loaded networks may keep between jobs. */
  GPU_WARM_MIB: z.coerce.number().nonnegative().default(2048),
  GPU_INFERENCE_THREADS: z.coerce.number().int().min(1).optional(),
  GPU_ENCODE_THREADS: z.coerce.number().int().min(1).optional(),
  /** Threads of decoder and encoder when no network runs, and threads that compose frames between them. */
  GPU_RENDER_THREADS: z.coerce.number().int().min(1).optional(),
  GPU_COMPOSE_THREADS: z.coerce.number().int().min(1).max(32).optional(),
  /** Frames of a batch, and the largest tile, in input pixels at scale 2; fewer at larger scales. */
  GPU_BATCH_PIXELS: z.coerce
    .number()
    .int()
    .positive()
    .default(2 ** 20),
  GPU_TILE_PIXELS: z.coerce
    .number()
    .int()
    .positive()
    .default(2 ** 20),
  /** What a network may take for the frames or the tile it works on; smaller than the device's by what weights and codecs need. */
  GPU_TILE_MEMORY_MIB: z.coerce.number().int().positive().default(6144),
  GPU_CONCURRENCY: z.coerce.number().int().min(1).max(16).default(1),
  GPU_PROGRESS_INTERVAL_S: seconds(2),
  GPU_MAX_INPUT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(50 * 2 ** 30),
  /** How long a job may go on after SIGTERM before it is handed back. */
  GPU_SHUTDOWN_GRACE_S: z.coerce.number().nonnegative().default(20),
  GPU_JOB_WALL_S: seconds(6 * 3600),
})

export interface WorkerConfig {
  readonly weightsDir: string
  readonly workDir: string | undefined
  readonly providers: readonly Provider[]
  /** In the order they are tried. */
  readonly runtimes: readonly Runtime[]
  readonly cudaOptions: Readonly<Record<string, string>>
  readonly selfTestMs: number
  readonly warmBytes: number
  readonly inferenceThreads: number
  readonly encodeThreads: number
  readonly renderThreads: number
  readonly composeThreads: number
  readonly batchPixels: number
  readonly tilePixels: number
  readonly tileMemoryMib: number
  readonly concurrency: number
  readonly progressIntervalMs: number
  readonly maxInputBytes: number
  readonly shutdownGraceMs: number
  readonly jobWallS: number
}

/** Reads the environment once. On a CPU one core is left to the codecs, so that the network is never starved by them. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): WorkerConfig {
  const parsed = Env.safeParse(env)
  if (!parsed.success) throw new Error(`environment: ${z.prettifyError(parsed.error)}`)
  const cores = availableParallelism()
  const inferenceThreads = parsed.data.GPU_INFERENCE_THREADS ?? Math.max(1, cores - 1)
  return {
    weightsDir: parsed.data.WEIGHTS_DIR,
    workDir: parsed.data.GPU_WORK_DIR,
    providers: parsed.data.GPU_PROVIDERS,
    runtimes: parsed.data.GPU_BACKEND === 'auto' ? RUNTIMES : [parsed.data.GPU_BACKEND],
    cudaOptions: parsed.data.GPU_CUDA_OPTIONS,
    selfTestMs: parsed.data.GPU_SELF_TEST_S * 1000,
    warmBytes: parsed.data.GPU_WARM_MIB * 2 ** 20,
    inferenceThreads,
    encodeThreads: parsed.data.GPU_ENCODE_THREADS ?? Math.max(1, cores - inferenceThreads),
    renderThreads: parsed.data.GPU_RENDER_THREADS ?? cores,
    composeThreads: parsed.data.GPU_COMPOSE_THREADS ?? Math.max(1, Math.min(8, Math.floor(cores / 2))),
    batchPixels: parsed.data.GPU_BATCH_PIXELS,
    tilePixels: parsed.data.GPU_TILE_PIXELS,
    tileMemoryMib: parsed.data.GPU_TILE_MEMORY_MIB,
    concurrency: parsed.data.GPU_CONCURRENCY,
    progressIntervalMs: parsed.data.GPU_PROGRESS_INTERVAL_S * 1000,
    maxInputBytes: parsed.data.GPU_MAX_INPUT_BYTES,
    shutdownGraceMs: parsed.data.GPU_SHUTDOWN_GRACE_S * 1000,
    jobWallS: parsed.data.GPU_JOB_WALL_S,
  }
}
