import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { assets } from '#db/schema/uploads.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import type { WorkerCompleted, WorkerInput } from '#lib/contracts/worker.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { acceptQuote } from '#lib/services/jobs/accept-quote.ts'
import { createQuote } from '#lib/services/jobs/create-quote.ts'
import type { JobWorld } from './test-jobs.ts'

/** The clip every player of a JobWorld has: one second. */
export const SOURCE = { width: 128, height: 72, fps: 10, frames: 10 } as const

export type Player = Awaited<ReturnType<JobWorld['newPlayer']>>
export type Run = Awaited<ReturnType<JobWorld['take']>>
type Params = Record<string, unknown>

export async function order(
  player: Pick<Player, 'ctx' | 'assetId'>,
  task: TaskName,
  params: Params = {},
  tracks_job_id?: string,
): Promise<string> {
  const input = { asset_id: player.assetId, task, params, ...(tracks_job_id && { tracks_job_id }) }
  const { quote_id } = await createQuote({ ctx: player.ctx, input })
  return (await acceptQuote({ ctx: player.ctx, input: { quote_id } })).jobId
}

export interface ProductFile {
  bytes: Uint8Array<ArrayBuffer>
  type: string
}

/** A data file as the worker writes it. */
export function dataFile(value: unknown): ProductFile {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return { bytes: new Uint8Array(gzipSync(text)), type: 'application/gzip' }
}

export const jpeg: ProductFile = { bytes: new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0]), type: 'image/jpeg' }

/** A video of the source's rate, with sound. */
export function videoFile(
  path: string,
  options: { width?: number; height?: number; frames?: number; codec?: string } = {},
) {
  const { width = SOURCE.width, height = SOURCE.height, frames = SOURCE.frames, codec = 'libx264' } = options
  const seconds = frames / SOURCE.fps
  const video = ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${SOURCE.fps}:duration=${seconds}`]
  const sound = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`, '-c:a', 'aac', '-shortest']
  const plain = codec === 'libx265' ? ['-x265-params', 'log-level=error:bframes=0', '-tag:v', 'hvc1'] : ['-bf', '0']
  const encode = ['-c:v', codec, '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...plain]
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...video, ...sound, ...encode, path])
  return { bytes: new Uint8Array(readFileSync(path)), type: path.endsWith('.mov') ? 'video/quicktime' : 'video/mp4' }
}

/** Puts the files where the run wants them and answers what an honest worker reports of them. */
export async function hand(
  input: WorkerInput,
  files: Record<string, ProductFile>,
  more: { result?: unknown; stats?: Partial<WorkerCompleted['stats']> } = {},
): Promise<WorkerCompleted> {
  const outputs: WorkerCompleted['outputs'] = {}
  for (const [name, { bytes, type }] of Object.entries(files)) {
    const target = input.outputs?.[name]
    if (!target || !('put_url' in target)) throw new Error(`the run has no URL for its ${name}`)
    const reply = await fetch(target.put_url, { method: 'PUT', body: bytes, headers: { 'content-type': type } })
    if (!reply.ok) throw new Error(`PUT ${name}: ${reply.status} ${await reply.text()}`)
    outputs[name] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  }
  const size = `${SOURCE.width}x${SOURCE.height}`
  const stats = {
    frames_in: SOURCE.frames,
    frames_out: SOURCE.frames,
    input_resolution: size,
    output_resolution: size,
    duration_sec: 1,
    video_sec: 1,
    audio_sec: 1,
    processing_time_sec: 0.5,
    gpu_seconds: 0.5,
    device: 'test',
    ...more.stats,
  }
  return { status: 'completed', outputs, ...(more.result === undefined ? {} : { result: more.result }), stats }
}

const box = (frame: number) => ({ frame, bbox: [1, 2, 30, 40], confidence: 0.9 })

/** Tracks of the source with these ids, one box in every frame. */
export function tracksOf(...ids: number[]) {
  const frames = Array.from({ length: SOURCE.frames }, (_, frame) => box(frame))
  return {
    ...SOURCE,
    tracks: ids.map((track_id) => ({ track_id, class: 'person', frames })),
    unique_tracks: ids.length,
    moments: [],
    model: 'motion',
    motion_only: true,
  }
}

/** Tracks a player's video to the end; the job's id. */
export async function track(world: JobWorld, player: Player, ...ids: number[]): Promise<string> {
  const jobId = await order(player, 'track')
  const run = await world.take()
  await world.claim(run)
  await world.complete(run, await hand(run.input, { result: dataFile(tracksOf(...ids)) }))
  return jobId
}

/** An asset row of an upload that was just confirmed, with its object. */
export async function addUpload(
  ctx: UserCtx,
  file: ProductFile,
  row: Pick<typeof assets.$inferInsert, 'fileName' | 'factsJson' | 'ingest'>,
): Promise<{ assetId: string; assetKey: string }> {
  const assetId = ctx.newId('ast')
  const assetKey = `users/${ctx.userId}/assets/${assetId}/source`
  const url = await ctx.storage.presignPut(assetKey, { contentType: file.type, expiresInS: 600 })
  await fetch(url, { method: 'PUT', body: file.bytes, headers: { 'content-type': file.type } })
  const head = await ctx.storage.head(assetKey)
  await ctx.db.insert(assets).values({
    id: assetId,
    userId: ctx.userId,
    kind: 'uploaded',
    state: 'ready',
    objectKey: assetKey,
    etag: head?.etag ?? '',
    bytes: file.bytes.length,
    contentType: file.type,
    createdAtMs: ctx.nowMs(),
    ...row,
  })
  return { assetId, assetKey }
}
