import type { WorkerConfig } from '#gpu/config.ts'
import type { InferenceBackend } from '#gpu/inference/backend.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import type { QuotedFacts, Stage, WorkerStats } from '#lib/contracts/worker.ts'

export interface TaskProgress {
  readonly stage: Stage
  readonly percent: number
  readonly frame: number
  readonly framesTotal: number
  readonly fps: number
  readonly message: string
}

/** What a task may use. The folder is deleted after the job, whatever happens. */
export interface TaskContext {
  readonly inputPath: string
  /** Local copy of `tracks_url`, gzip or plain JSON. */
  readonly tracksPath: string | undefined
  readonly workDir: string
  readonly config: WorkerConfig
  readonly backend: InferenceBackend
  /** Optional outputs somebody will take. */
  readonly wanted: ReadonlySet<OutputName>
  readonly quoted: QuotedFacts | undefined
  readonly signal: AbortSignal
  readonly onProgress: (progress: TaskProgress) => void
  /** A JPEG of the frame just made; asked for at the progress rate. */
  readonly onLiveFrame: (jpeg: Uint8Array) => void
}

export interface TaskRun {
  /** Local files by output name. */
  readonly files: { readonly [Name in OutputName]?: string }
  readonly result: unknown
  readonly stats: Omit<WorkerStats, 'processing_time_sec' | 'gpu_seconds'>
}

export type TaskHandler<Params> = (params: Params, context: TaskContext) => Promise<TaskRun>
