import { z } from 'zod'
import { ErrorCode } from './errors.ts'
import { TaskName } from './tasks/index.ts'

/**
 * What the app sends to the GPU worker through RunPod, what comes back, and the callbacks in between.
 * Unknown keys are rejected on both sides, so a contract drift fails loudly at the first message.
 */

const HttpUrl = z.url({ protocol: /^https?$/ })

/** Where one output goes: one presigned PUT, or the presigned parts of a multipart upload. */
export const OutputTarget = z.union([
  z.strictObject({ put_url: HttpUrl }),
  z.strictObject({
    upload_id: z.string().min(1),
    part_size: z.number().int().positive(),
    part_urls: z.array(HttpUrl).min(1).max(10_000),
  }),
])
export type OutputTarget = z.infer<typeof OutputTarget>

export const OutputTargets = z.record(z.string().regex(/^[a-z0-9_-]{1,40}$/), OutputTarget)
export type OutputTargets = z.infer<typeof OutputTargets>

/** What the price was computed from. The worker counts for itself and stops, unbilled, when the input exceeds it. */
export const QuotedFacts = z.strictObject({
  frames: z.number().int().positive(),
  duration_s: z.number().positive(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})
export type QuotedFacts = z.infer<typeof QuotedFacts>

export const WorkerInput = z.strictObject({
  job_id: z.string().min(1),
  attempt_id: z.string().min(1),
  task: TaskName,
  input_url: HttpUrl,
  tracks_url: HttpUrl.optional(),
  outputs: OutputTargets.optional(),
  /** The source documents' short form of `outputs.video.put_url`. */
  output_url: HttpUrl.optional(),
  /** Parsed by the task's own contract; unknown keys are refused there. */
  params: z.record(z.string(), z.unknown()),
  quoted: QuotedFacts.optional(),
  callback_url: HttpUrl,
  callback_token: z.string().min(1),
  segment: z.strictObject({ start_time: z.number().nonnegative(), end_time: z.number().positive() }).optional(),
})
export type WorkerInput = z.infer<typeof WorkerInput>

export const WorkerStats = z.strictObject({
  frames_in: z.number().int().nonnegative(),
  frames_out: z.number().int().nonnegative(),
  /** `1280x720`, displayed. */
  input_resolution: z.string().regex(/^\d+x\d+$/),
  output_resolution: z.string().regex(/^\d+x\d+$/),
  /** Seconds of media worked on. */
  duration_sec: z.number().nonnegative(),
  /** Seconds of the output's video and audio tracks, from decoding it. */
  video_sec: z.number().nonnegative(),
  audio_sec: z.number().nonnegative().nullable(),
  processing_time_sec: z.number().nonnegative(),
  gpu_seconds: z.number().nonnegative(),
  device: z.string(),
  model: z.string().optional(),
  model_sha256: z.string().optional(),
  encoder: z.string().optional(),
})
export type WorkerStats = z.infer<typeof WorkerStats>

export const OutputFile = z.strictObject({
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** One per part, in order, when the target was multipart. */
  etags: z.array(z.string()).optional(),
})
export type OutputFile = z.infer<typeof OutputFile>

export const WorkerError = z.strictObject({
  code: ErrorCode,
  message: z.string(),
  field: z.string().optional(),
  /** Only infrastructure faults are worth another attempt; a bad input is not. */
  retryable: z.boolean(),
})
export type WorkerError = z.infer<typeof WorkerError>

export const WorkerCompleted = z.strictObject({
  status: z.literal('completed'),
  outputs: z.record(z.string(), OutputFile),
  result: z.unknown().optional(),
  stats: WorkerStats,
})
export type WorkerCompleted = z.infer<typeof WorkerCompleted>

export const WorkerFailed = z.strictObject({ status: z.literal('failed'), error: WorkerError })
export type WorkerFailed = z.infer<typeof WorkerFailed>

/** The last stdout line of the command-line worker, and what it posts to RunPod (failed ones as `error`). */
export const WorkerOutput = z.discriminatedUnion('status', [WorkerCompleted, WorkerFailed])
export type WorkerOutput = z.infer<typeof WorkerOutput>

export const STAGES = ['download', 'process', 'encode', 'upload'] as const
export const Stage = z.enum(STAGES)
export type Stage = z.infer<typeof Stage>

/** `POST {callback_url}/start`: claims the attempt. Sent before any work; answered with fresh URLs. */
export const StartCallback = z.strictObject({
  attempt_id: z.string(),
  runpod_job_id: z.string().min(1).max(200),
  worker_id: z.string().max(200),
})
export type StartCallback = z.infer<typeof StartCallback>

export const StartReply = z.union([
  z.strictObject({
    proceed: z.literal(true),
    input_url: HttpUrl.optional(),
    tracks_url: HttpUrl.optional(),
    outputs: OutputTargets.optional(),
  }),
  z.strictObject({ proceed: z.literal(false), reason: z.string() }),
])
export type StartReply = z.infer<typeof StartReply>

/** `POST {callback_url}/progress`: at most one per 2 s; `seq` grows so that a late one is dropped. */
export const ProgressCallback = z.strictObject({
  attempt_id: z.string(),
  seq: z.number().int().nonnegative(),
  stage: Stage,
  /** 5 after download, 10–90 while processing, 95 while uploading. */
  percent: z.number().min(0).max(100),
  frame: z.number().int().nonnegative(),
  frames_total: z.number().int().nonnegative(),
  fps: z.number().nonnegative(),
  message: z.string().max(500),
})
export type ProgressCallback = z.infer<typeof ProgressCallback>

/** `POST {callback_url}/complete` and `/error`: hints, stored; money moves only on RunPod's own status. */
export const CompleteCallback = z.strictObject({ attempt_id: z.string(), output: WorkerCompleted })
export type CompleteCallback = z.infer<typeof CompleteCallback>
export const ErrorCallback = z.strictObject({ attempt_id: z.string(), error: WorkerError })
export type ErrorCallback = z.infer<typeof ErrorCallback>
