import { AdminOverview } from '#lib/contracts/api/admin.ts'
import { JobList, JobView, QuoteView } from '#lib/contracts/api/jobs.ts'
import { AssetList, AssetView, type UploadView } from '#lib/contracts/api/uploads.ts'
import { Statement, WalletView } from '#lib/contracts/api/wallet.ts'
import type { ErrorCode } from '#lib/contracts/errors.ts'

/** Answers of the API for pages in states that are hard to reach. Parsed by the contracts, so that they cannot drift from them. */

const NOW = Date.now()
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Credits in micros. */
const credits = (amount: number): number => Math.round(amount * 10_000)

const FACTS = {
  container: 'mp4',
  video_codec: 'h264',
  width: 480,
  height: 270,
  rotation: 0 as const,
  duration_s: 8,
  frames: 200,
  fps: 25,
  audio_codec: 'aac',
  audio_duration_s: 8,
  bytes: 730_151,
}

export function asset(change: Partial<AssetView> = {}): AssetView {
  return AssetView.parse({
    id: 'ast_match',
    kind: 'uploaded',
    file_name: 'Embers v Tide, second half.mp4',
    state: 'ready',
    problem: null,
    facts: FACTS,
    bytes: FACTS.bytes,
    created_at_ms: NOW - 40 * MINUTE,
    expires_at_ms: NOW + 29.5 * DAY,
    url: '/sample/match-270p.mp4',
    download_url: '/sample/match-270p.mp4',
    poster_url: '/sample/match-270p.webp',
    job_id: null,
    ...change,
  })
}

export const result = asset({
  id: 'ast_result',
  kind: 'produced',
  file_name: 'Embers v Tide, second half (4×).mp4',
  facts: { ...FACTS, width: 1920, height: 1080, bytes: 10_684_163 },
  bytes: 10_684_163,
  expires_at_ms: NOW + 89.5 * DAY,
  url: '/sample/match-1080p.mp4',
  download_url: '/sample/match-1080p.mp4',
  poster_url: '/sample/match-1080p.webp',
  job_id: 'job_match',
})

export const checking = asset({
  id: 'ast_checking',
  file_name: 'IMG_4471.MOV',
  state: 'checking',
  facts: null,
  bytes: 1_932_735_283,
  poster_url: null,
  url: null,
  download_url: null,
})

export const rejected = asset({
  ...checking,
  id: 'ast_rejected',
  file_name: 'season-plan.mp4',
  state: 'rejected',
  bytes: 88_213,
  problem: { code: 'no_video', message: 'The file has sound, but no picture.' },
})

export const library = AssetList.parse({
  assets: [
    asset(),
    result,
    asset({ id: 'ast_3', file_name: 'Corner routine — camera 2.mp4', poster_url: null, created_at_ms: NOW - 2 * DAY }),
    checking,
    rejected,
  ],
  open_uploads: [],
  used_bytes: 14_380_221_440,
  limit_bytes: 50 * 1024 ** 3,
  next_cursor: 'more',
})

export const emptyLibrary = AssetList.parse({ ...library, assets: [], used_bytes: 0, next_cursor: null })

export const upload: UploadView = {
  upload_id: 'upl_1',
  asset_id: 'ast_new',
  file_name: 'derby.mp4',
  bytes: FACTS.bytes,
  part_bytes: 5 * 1024 ** 2,
  parts_total: 1,
  uploaded_parts: [],
  resumed: false,
  expires_at_ms: NOW + DAY,
}

export const wallet = WalletView.parse({
  spendable_micros: credits(1_284.37),
  available_micros: credits(1_234.37),
  promo_micros: credits(50),
  held_micros: credits(10.56),
  owed_micros: 0,
  spent_micros: credits(415.63),
  frozen: false,
})
export const emptyWallet = WalletView.parse({
  ...wallet,
  spendable_micros: 0,
  available_micros: 0,
  promo_micros: 0,
  held_micros: 0,
  spent_micros: 0,
})
export const frozenWallet = WalletView.parse({ ...wallet, frozen: true, owed_micros: credits(250) })

const ENTRIES = [
  ['hold', 'Reserved for an upscale', -10.56, 10.56, 3],
  ['capture', 'Upscale: Embers v Tide, second half.mp4', 0, -2.12, 60],
  ['release', 'Came back from a reservation', 8.44, -8.44, 60],
  ['top_up', 'Top-up by card', 1000, 0, 1500],
  ['promo', 'Welcome to the pitch', 50, 0, 1501],
  ['refund', 'Refund to where it was paid from', -100, 0, 9000],
] as const

export const statement = Statement.parse({
  entries: ENTRIES.map(([kind, label, spendable, held, minutesAgo], i) => ({
    id: `ste_${i}`,
    at_ms: NOW - minutesAgo * MINUTE,
    kind,
    label,
    detail: kind === 'top_up' ? 'Visa •••• 4242' : 'Embers v Tide, second half.mp4',
    spendable_change_micros: credits(spendable),
    held_change_micros: credits(held),
    spendable_after_micros: credits(1000 - i * 3),
    job_id: kind === 'hold' || kind === 'capture' ? 'job_match' : null,
    top_up_id: kind === 'top_up' ? 'top_1' : null,
  })),
  next_cursor: 'more',
})
export const emptyStatement = Statement.parse({ entries: [], next_cursor: null })

const PARAMS = { model: 'reelsr-std', scale: 4, denoise_strength: 0.5, codec: 'h264', quality: 'high' }

export function quote(change: Partial<QuoteView> = {}): QuoteView {
  return QuoteView.parse({
    quote_id: 'quo_1',
    asset_id: 'ast_match',
    task: 'upscale',
    params: PARAMS,
    ceiling_micros: 105_600,
    estimate_micros: 21_120,
    expected_seconds: 16,
    gpu_class: 'RTX 4090',
    breakdown: [
      { label: 'Expected GPU time', detail: '16 s on RTX 4090 at 0.132 credits a second', amount_micros: 21_120 },
      {
        label: 'Safety margin',
        detail: 'Held, not spent: covers up to 5× the expected time. What is not used comes back at once.',
        amount_micros: 84_480,
      },
    ],
    output: { width: 1920, height: 1080, frames: 200, duration_s: 8 },
    notes: [],
    spendable_micros: wallet.spendable_micros,
    balance_after_micros: wallet.spendable_micros - 105_600,
    expires_at_ms: NOW + 60 * MINUTE,
    ...change,
  })
}

type Progress = NonNullable<JobView['progress']>

export function job(change: Partial<JobView> = {}, progress: Partial<Progress> = {}): JobView {
  return JobView.parse({
    id: 'job_match',
    task: 'upscale',
    params: PARAMS,
    state: 'running',
    attempt_number: 1,
    progress: {
      stage: 'process',
      percent: 57,
      frame: 118,
      frames_total: 200,
      fps: 11.4,
      eta_s: 74,
      queue_ahead: null,
      message: '',
      ...progress,
    },
    cost: { ceiling_micros: 105_600, so_far_micros: 13_728, captured_micros: null, released_micros: null },
    cancel_price_micros: 13_728,
    failure: null,
    input: asset(),
    output: null,
    live_frame_url: '/sample/match-1080p.webp',
    created_at_ms: NOW - 3 * MINUTE,
    started_at_ms: NOW - 2 * MINUTE,
    finished_at_ms: null,
    ...change,
  })
}

const SETTLED = { ceiling_micros: 105_600, so_far_micros: 21_120, captured_micros: 21_120, released_micros: 84_480 }
const ENDED = { progress: null, cancel_price_micros: null, live_frame_url: null, finished_at_ms: NOW - MINUTE }

export const succeeded = job({ ...ENDED, state: 'succeeded', cost: SETTLED, output: result })
export const canceled = job({
  ...ENDED,
  state: 'canceled',
  cost: { ...SETTLED, captured_micros: 13_728, released_micros: 91_872 },
})
export function failed(code: ErrorCode, fault: 'us' | 'input', message: string): JobView {
  return job({
    ...ENDED,
    state: 'failed',
    cost: { ...SETTLED, captured_micros: 0, released_micros: 105_600 },
    failure: { code, message, fault, released_micros: 105_600 },
  })
}
export const queued = job(
  {
    state: 'queued',
    live_frame_url: null,
    started_at_ms: null,
    cancel_price_micros: 0,
    cost: { ...SETTLED, so_far_micros: 0, captured_micros: null, released_micros: null },
  },
  { stage: 'queued', percent: 0, frame: 0, fps: 0, eta_s: null, queue_ahead: 2, message: 'Waiting for a GPU' },
)

export const jobs = JobList.parse({
  jobs: [
    { ...job(), id: 'job_1' },
    { ...queued, id: 'job_2' },
    { ...succeeded, id: 'job_3', created_at_ms: NOW - 90 * MINUTE },
    { ...failed('worker_lost', 'us', 'heartbeat lost'), id: 'job_4', created_at_ms: NOW - 3 * DAY },
    { ...canceled, id: 'job_5', created_at_ms: NOW - 6 * DAY },
  ],
  next_cursor: null,
})
export const noJobs = JobList.parse({ jobs: [], next_cursor: null })

export const overview = AdminOverview.parse({
  jobs_by_state: { queued: 2, running: 1, finalizing: 0, succeeded: 184, failed: 3, canceled: 9 },
  open_alarms: [
    {
      id: 'alm_1',
      kind: 'gpu_time_mismatch',
      message: 'Job job_3: the worker counted 18.9 s, RunPod bills 21.4 s.',
      count: 2,
      raised_at_ms: NOW - 50 * MINUTE,
      last_seen_at_ms: NOW - 4 * MINUTE,
    },
  ],
  latest_jobs: jobs.jobs.map((j) => ({
    id: j.id,
    user_email: 'coach@riverside-fc.example',
    task: j.task,
    state: j.state,
    attempts: j.attempt_number,
    captured_micros: j.cost.captured_micros,
    gpu_cost_micros: j.cost.captured_micros === null ? null : 7_040,
    failure_code: j.failure?.code ?? null,
    created_at_ms: j.created_at_ms,
    finished_at_ms: j.finished_at_ms,
  })),
})
