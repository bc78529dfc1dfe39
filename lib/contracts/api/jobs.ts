import { z } from 'zod'
import { ErrorCode } from '#lib/contracts/errors.ts'
import { AnalysisKind, ProductKind, ProductView } from '#lib/contracts/products.ts'
import { TaskName } from '#lib/contracts/tasks/index.ts'
import { Stage } from '#lib/contracts/worker.ts'
import { AssetView } from './uploads.ts'

export const JOB_STATES = ['queued', 'running', 'finalizing', 'succeeded', 'failed', 'canceled'] as const
export const JobState = z.enum(JOB_STATES)
export type JobState = z.infer<typeof JobState>

export const ATTEMPT_STATES = [
  'created',
  'dispatching',
  'dispatch_unknown',
  'queued',
  'running',
  'completed',
  'failed',
  'timed_out',
  'canceled',
  'lost',
] as const
export const AttemptState = z.enum(ATTEMPT_STATES)
export type AttemptState = z.infer<typeof AttemptState>

export const CreateQuote = z.strictObject({
  asset_id: z.string().min(1).max(64),
  task: TaskName,
  /** Parsed by the task's own contract. */
  params: z.record(z.string(), z.unknown()).default({}),
  /** The `track` job whose tracks to go by; absent: the video's latest, where the params follow a track. */
  tracks_job_id: z.string().min(1).max(64).optional(),
})
export type CreateQuote = z.infer<typeof CreateQuote>

export const QuoteLine = z.strictObject({ label: z.string(), detail: z.string(), amount_micros: z.number().int() })

export const QuoteView = z.strictObject({
  quote_id: z.string(),
  asset_id: z.string(),
  task: TaskName,
  params: z.record(z.string(), z.unknown()),
  /** Never charged more than this. */
  ceiling_micros: z.number().int(),
  /** What it will most likely cost. */
  estimate_micros: z.number().int(),
  expected_seconds: z.number(),
  gpu_class: z.string(),
  breakdown: z.array(QuoteLine),
  /** The video that will be made, or all separate clips together; null when the product is data. */
  output: z
    .strictObject({
      width: z.number().int(),
      height: z.number().int(),
      frames: z.number().int(),
      duration_s: z.number(),
    })
    .nullable(),
  /** What the job hands over. */
  products: z.array(z.strictObject({ kind: ProductKind, count: z.number().int().positive() })),
  /** The job whose tracks it goes by, if any. */
  tracks_job_id: z.string().nullable(),
  /** Things worth knowing before paying, in plain words (e.g. codec changed because of a size limit). */
  notes: z.array(z.string()),
  spendable_micros: z.number().int(),
  balance_after_micros: z.number().int(),
  expires_at_ms: z.number().int(),
})
export type QuoteView = z.infer<typeof QuoteView>

export const AcceptQuote = z.strictObject({ quote_id: z.string().min(1).max(64) })
export type AcceptQuote = z.infer<typeof AcceptQuote>

export const JobView = z.strictObject({
  id: z.string(),
  task: TaskName,
  params: z.record(z.string(), z.unknown()),
  state: JobState,
  attempt_number: z.number().int(),
  progress: z
    .strictObject({
      /** `queued` and `starting` come before the worker's own stages. */
      stage: z.enum(['queued', 'starting', ...Stage.options, 'saving']),
      percent: z.number(),
      frame: z.number().int(),
      frames_total: z.number().int(),
      fps: z.number(),
      eta_s: z.number().nullable(),
      queue_ahead: z.number().int().nullable(),
      message: z.string(),
    })
    .nullable(),
  /** Done unasked, and paid by us. */
  free: z.boolean(),
  cost: z.strictObject({
    ceiling_micros: z.number().int(),
    so_far_micros: z.number().int(),
    captured_micros: z.number().int().nullable(),
    released_micros: z.number().int().nullable(),
  }),
  /** What cancelling now would cost; null when it can no longer be cancelled. */
  cancel_price_micros: z.number().int().nullable(),
  failure: z
    .strictObject({
      code: ErrorCode,
      message: z.string(),
      fault: z.enum(['caller', 'input', 'us']),
      released_micros: z.number().int(),
    })
    .nullable(),
  input: AssetView,
  /** The video it made, or the first of several clips. */
  output: AssetView.nullable(),
  /** Everything it handed over, by name. */
  products: z.array(ProductView),
  live_frame_url: z.string().nullable(),
  created_at_ms: z.number().int(),
  started_at_ms: z.number().int().nullable(),
  finished_at_ms: z.number().int().nullable(),
})
export type JobView = z.infer<typeof JobView>

/** What is known of a video: its tracks, scenes and crop paths, newest first, with those that are still being made or failed. */
export const AnalysisView = z.strictObject({
  kind: AnalysisKind,
  job_id: z.string(),
  state: JobState,
  /** Settings of the job that made it. */
  params: z.record(z.string(), z.unknown()),
  /** What found it, e.g. `yolox_m`; null while it is not there. */
  model: z.string().nullable(),
  /** Null while it is not there. */
  product: ProductView.nullable(),
  created_at_ms: z.number().int(),
})
export type AnalysisView = z.infer<typeof AnalysisView>
export const AnalysisList = z.strictObject({ analyses: z.array(AnalysisView) })
export type AnalysisList = z.infer<typeof AnalysisList>

export const JobList = z.strictObject({ jobs: z.array(JobView), next_cursor: z.string().nullable() })
export type JobList = z.infer<typeof JobList>

/** The price the user saw when they pressed the button: never charged more than that. */
export const CancelJob = z.strictObject({ shown_price_micros: z.number().int().nonnegative() })

export const ReceiptView = z.strictObject({
  job_id: z.string(),
  task: TaskName,
  state: JobState,
  input_name: z.string(),
  created_at_ms: z.number().int(),
  finished_at_ms: z.number().int().nullable(),
  quote_id: z.string(),
  ceiling_micros: z.number().int(),
  /** Null for a free job. */
  hold_id: z.string().nullable(),
  captured_micros: z.number().int().nullable(),
  released_micros: z.number().int().nullable(),
  /** How the captured amount came about; null while nothing is settled. */
  calculation: z
    .strictObject({
      gpu_ms: z.number().int(),
      rate_micros_per_second: z.number().int(),
      markup_bps: z.number().int(),
      minimum_micros: z.number().int(),
      gpu_class: z.string(),
    })
    .nullable(),
  transfers: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      debit: z.string(),
      credit: z.string(),
      amount_micros: z.number().int(),
      at_ms: z.number().int(),
    }),
  ),
  attempts: z.array(
    z.strictObject({
      number: z.number().int(),
      state: AttemptState,
      runpod_job_id: z.string().nullable(),
      execution_ms: z.number().int().nullable(),
      billed: z.boolean(),
    }),
  ),
  /** The Stripe payments this job was paid from, first in, first out. With `unfunded` the parts add up to what was captured. */
  funding: z.array(
    z.strictObject({
      top_up_id: z.string(),
      stripe_payment_intent: z.string(),
      stripe_charge: z.string().nullable(),
      /** For people: `Visa •••• 4242`. */
      paid_with: z.string().nullable(),
      receipt_url: z.string().nullable(),
      /** The whole payment, and how much of it this job took. */
      amount_micros: z.number().int(),
      part_micros: z.number().int(),
      at_ms: z.number().int(),
    }),
  ),
  /** What no payment covers: promotional credit, and credit that came back from elsewhere. */
  unfunded: z.strictObject({ promo_micros: z.number().int(), other_micros: z.number().int() }),
  /** Refunded because its owner was not happy. */
  given_back: z.strictObject({ amount_micros: z.number().int(), at_ms: z.number().int() }).nullable(),
})
export type ReceiptView = z.infer<typeof ReceiptView>
