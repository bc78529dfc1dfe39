import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { ledgerAccounts } from '#db/schema/ledger.ts'
import { assets } from '#db/schema/uploads.ts'
import { type WorkerCompleted, WorkerInput } from '#lib/contracts/worker.ts'
import { planTopUp } from '#lib/core/ledger/plan-top-up.ts'
import { startRunpod } from '#lib/local/runpod/server.ts'
import { type Wire, wireWorker } from '#lib/local/runpod/testing/wire-worker.ts'
import { openTestServices, type TestServices } from '#lib/local/test-services.ts'
import { createRunpodCompute } from '#lib/providers/compute/runpod.ts'
import type { Ctx, UserCtx } from '#lib/services/context.ts'
import { acceptQuote } from '#lib/services/jobs/accept-quote.ts'
import { claimAttempt } from '#lib/services/jobs/claim-attempt.ts'
import { createQuote } from '#lib/services/jobs/create-quote.ts'
import { type JobRecord, loadJob } from '#lib/services/jobs/job-record.ts'
import { readHeaders } from '#lib/services/uploads/confirm-output.ts'
import { insertTransfers } from '#lib/services/wallet/insert-transfers.ts'
import { openWallet } from '#lib/services/wallet/open-wallet.ts'
import { readWallet } from '#lib/services/wallet/read-wallet.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'

const RUNPOD_KEYS = { apiKey: 'rp_test_api_key', workerKey: 'rp_test_worker_key' }
const FRAMES = 10
const FPS = 10
const SIZE = { width: 128, height: 72 }
export const STARTING_MICROS = 10_000_000

/**
 * Jobs on real parts: D1, a store that speaks S3, RunPod's wire protocol with the vendor's SDK, and a worker whose every step the test decides.
 * The worker's result is a real video, made by ffmpeg with the size and length the job promises.
 */
export interface JobWorld {
  services: TestServices
  ctx: Ctx
  /** A new user with ten dollars and one uploaded clip of a second. */
  newPlayer(): Promise<{ ctx: UserCtx; assetId: string; assetKey: string }>
  quote(player: { ctx: UserCtx; assetId: string }): Promise<string>
  /** Quote and accept. */
  startJob(player: { ctx: UserCtx; assetId: string }): Promise<string>
  record(jobId: string): Promise<JobRecord>
  worker: Wire
  /** What the app would need to reach the GPU cloud. */
  runpod: { apiBase: string; apiKey: string }
  /** Takes the next run from the queue, as a worker does. */
  take(): Promise<{ runId: string; input: WorkerInput }>
  claim(run: { runId: string; input: WorkerInput }): ReturnType<typeof claimAttempt>
  /** Uploads the result to the URLs of the run; returns what the worker would report. */
  uploadResult(run: { input: WorkerInput }, clip?: 'result' | 'wrong-size'): Promise<WorkerCompleted>
  complete(run: { runId: string }, output: WorkerCompleted): Promise<void>
  fail(run: { runId: string }, error: { code: string; message: string; retryable: boolean }): Promise<void>
  fault(fault: Record<string, unknown>): Promise<void>
  healRunpod(): Promise<void>
  runpodJobs(): Promise<{ id: string; status: string }[]>
  runpodControl(method: string, path: string, body?: unknown): Promise<unknown>
  /** Sum of every account, which must be zero, and whether each balance is the sum of its transfers. */
  booksBalance(): Promise<boolean>
  spendable(ctx: UserCtx): Promise<number>
  close(): Promise<void>
}

export async function openJobWorld(): Promise<JobWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'jobs-'))
  const clips = makeClips(dir)
  const [services, runpod] = await Promise.all([
    openTestServices(),
    startRunpod({ port: 0, dataDir: join(dir, 'runpod'), longPollMs: 5_000, webhookRetryDelayMs: 50, ...RUNPOD_KEYS }),
  ])
  const ctx: Ctx = {
    ...services.ctx,
    compute: createRunpodCompute({ apiBase: runpod.url, apiKey: RUNPOD_KEYS.apiKey, timeoutMs: 3_000 }),
  }
  const endpointId = ctx.settings.runpodEndpointId
  const worker = wireWorker({ url: runpod.url, workerKey: RUNPOD_KEYS.workerKey, endpointId, podId: 'pod-1' })
  return {
    services,
    ctx,
    worker,
    runpod: { apiBase: runpod.url, apiKey: RUNPOD_KEYS.apiKey },
    newPlayer: () => newPlayer(ctx, services, clips.source),
    quote: (player) => quoteOf(player),
    startJob: async (player) => {
      const { jobId } = await acceptQuote({ ctx: player.ctx, input: { quote_id: await quoteOf(player) } })
      return jobId
    },
    record: (jobId) => loadJob(ctx, jobId),
    async take() {
      const assignment = await worker.takeOne()
      return { runId: assignment.id, input: WorkerInput.parse(assignment.input) }
    },
    claim: (run) =>
      claimAttempt({
        ctx,
        input: { attempt_id: run.input.attempt_id, runpod_job_id: run.runId, worker_id: 'pod-1' },
      }),
    uploadResult: (run, clip = 'result') => uploadResult(run.input, clip === 'result' ? clips.result : clips.wrongSize),
    complete: async (run, output) => {
      await worker.report(run.runId, { output })
    },
    fail: async (run, error) => {
      await worker.report(run.runId, { error: JSON.stringify(error) })
    },
    ...runpodSteering(runpod.url),
    booksBalance: () => booksBalance(ctx),
    spendable: async (userCtx) => (await readWallet({ ctx: userCtx })).spendable_micros,
    async close() {
      await Promise.all([services.close(), runpod.close()])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

interface Clips {
  source: string
  result: string
  wrongSize: string
}

function makeClips(dir: string): Clips {
  const make = (name: string, width: number, height: number) => {
    const path = join(dir, name)
    const video = ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${FPS}:duration=${FRAMES / FPS}`]
    const sound = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${FRAMES / FPS}`]
    const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0', '-c:a', 'aac', path]
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...video, ...sound, ...codecs])
    return path
  }
  return {
    source: make('one-second-10fps.mp4', SIZE.width, SIZE.height),
    result: make('one-second-twice-the-size.mp4', SIZE.width * 2, SIZE.height * 2),
    wrongSize: make('one-second-three-times-the-size.mp4', SIZE.width * 3, SIZE.height * 3),
  }
}

async function newPlayer(ctx: Ctx, services: TestServices, clip: string) {
  const user: UserCtx = { ...(await services.newUser()), compute: ctx.compute }
  await openWallet({ ctx, input: { userId: user.userId } })
  const topUpId = ctx.newId('top')
  const paid = {
    userId: user.userId,
    topUpId,
    paymentIntentId: `pi_${topUpId}`,
    amountMicros: STARTING_MICROS,
    owedMicros: 0,
  }
  const booked = await runBatch(ctx, insertTransfers(ctx, planTopUp(paid)))
  if (!booked.ok) throw new Error(booked.constraint)

  const assetId = ctx.newId('ast')
  const assetKey = `users/${user.userId}/assets/${assetId}/source`
  const url = await ctx.storage.presignPut(assetKey, { contentType: 'video/mp4', expiresInS: 600 })
  await put(url, readFileSync(clip), 'video/mp4')
  const headers = await readHeaders({ ctx, input: { key: assetKey } })
  await ctx.db.insert(assets).values({
    id: assetId,
    userId: user.userId,
    kind: 'uploaded',
    state: 'ready',
    fileName: 'match.mp4',
    objectKey: assetKey,
    etag: headers.etag,
    bytes: headers.bytes,
    contentType: 'video/mp4',
    factsJson: JSON.stringify(headers.facts),
    createdAtMs: ctx.nowMs(),
  })
  return { ctx: user, assetId, assetKey }
}

async function quoteOf(player: { ctx: UserCtx; assetId: string }): Promise<string> {
  const params = { model: 'reelsr-fast', scale: 2 }
  const view = await createQuote({ ctx: player.ctx, input: { asset_id: player.assetId, task: 'upscale', params } })
  return view.quote_id
}

async function put(url: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body: bytes, headers: { 'content-type': contentType } })
  if (!response.ok) throw new Error(`PUT ${response.status}: ${await response.text()}`)
}

async function uploadResult(input: WorkerInput, clip: string): Promise<WorkerCompleted> {
  const target = input.outputs?.video
  if (!target || !('put_url' in target)) throw new Error('the run has no URL for its video')
  const bytes = readFileSync(clip)
  await put(target.put_url, bytes, 'video/mp4')
  const lengthS = FRAMES / FPS
  return {
    status: 'completed',
    outputs: { video: { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') } },
    stats: {
      frames_in: FRAMES,
      frames_out: FRAMES,
      input_resolution: `${SIZE.width}x${SIZE.height}`,
      output_resolution: `${SIZE.width * 2}x${SIZE.height * 2}`,
      duration_sec: lengthS,
      video_sec: lengthS,
      audio_sec: lengthS,
      processing_time_sec: 0.5,
      gpu_seconds: 0.5,
      device: 'test',
    },
  }
}

function runpodSteering(apiBase: string) {
  async function runpodControl(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await fetch(new URL(`/_local/${path}`, apiBase), init)
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  return {
    runpodControl,
    async fault(fault: Record<string, unknown>) {
      await runpodControl('POST', 'faults', fault)
    },
    async healRunpod() {
      await runpodControl('DELETE', 'faults')
    },
    async runpodJobs() {
      const reply = (await runpodControl('GET', 'jobs')) as { jobs: { id: string; status: string }[] }
      return reply.jobs
    },
  }
}

async function booksBalance(ctx: Ctx): Promise<boolean> {
  const rows = await ctx.db
    .select({
      balance: ledgerAccounts.balanceMicros,
      moved: sql<number>`(SELECT coalesce(sum(CASE WHEN t.credit_account_id = ledger_accounts.id THEN t.amount_micros ELSE -t.amount_micros END), 0)
        FROM transfers t WHERE ledger_accounts.id IN (t.credit_account_id, t.debit_account_id))`,
    })
    .from(ledgerAccounts)
  return rows.every((row) => row.balance === row.moved) && rows.reduce((sum, row) => sum + row.balance, 0) === 0
}
