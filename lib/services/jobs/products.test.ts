import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TaskName } from '#lib/contracts/tasks/index.ts'
import { type JobWorld, openJobWorld, STARTING_MICROS } from '#lib/local/test-jobs.ts'
import {
  dataFile,
  hand,
  jpeg,
  order,
  type Player,
  type ProductFile,
  type Run,
  SOURCE,
  track,
  tracksOf,
  videoFile,
} from '#lib/local/test-products.ts'
import { deleteAsset } from '#lib/services/uploads/delete-asset.ts'
import { listAssets } from '#lib/services/uploads/list-assets.ts'
import { storageUsed } from '#lib/services/uploads/storage-used.ts'
import { acceptQuote } from './accept-quote.ts'
import { cancelJob } from './cancel-job.ts'
import { createQuote } from './create-quote.ts'
import { listAnalyses } from './list-analyses.ts'
import { listJobs } from './list-jobs.ts'
import { readJob } from './read-job.ts'
import { reconcileJobs } from './reconcile-jobs.ts'
import { refreshJob } from './refresh-job.ts'
import { sweepRunObjects } from './sweep-run-objects.ts'

let world: JobWorld
let dir: string
const clips: Record<string, ProductFile> = {}
beforeAll(async () => {
  world = await openJobWorld()
  dir = mkdtempSync(join(tmpdir(), 'products-'))
  clips.six = videoFile(join(dir, 'six-frames.mp4'), { frames: 6 })
  clips.four = videoFile(join(dir, 'four-frames.mp4'), { frames: 4 })
  clips.vertical = videoFile(join(dir, 'vertical.mp4'), { width: 72, height: 128 })
})
afterAll(async () => {
  await world.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => world.healRunpod())

const refresh = (jobId: string) => refreshJob({ ctx: world.ctx, input: { jobId, force: true } })
const spentBy = async (player: Player) => STARTING_MICROS - (await world.spendable(player.ctx))
const view = (player: Player, jobId: string) => readJob({ ctx: player.ctx, input: { jobId } })

/** What a test leaves in the queue, another would take. */
async function abandon(player: Player, jobId: string): Promise<void> {
  await cancelJob({ ctx: player.ctx, input: { jobId, shownPriceMicros: STARTING_MICROS } })
}

/** Orders, works as a worker that hands over these files, and brings the job up to date. */
async function ended(
  player: Player,
  task: TaskName,
  params: Record<string, unknown>,
  work: (run: Run) => ReturnType<typeof hand>,
) {
  const jobId = await order(player, task, params)
  const run = await world.take()
  expect(await world.claim(run)).toMatchObject({ proceed: true })
  await world.complete(run, await work(run))
  await refresh(jobId)
  return view(player, jobId)
}

const scene = { start_frame: 0, end_frame: 10, start_time: 0, end_time: 1 }
const ten = Array.from({ length: 10 }, (_, index) => index / 10)
const scenesFile = { scenes: [scene], total_scenes: 1, avg_scene_length: 1, scores: ten, times: ten }
const cropFile = {
  crop_keyframes: [{ frame: 0, x: 0, y: 0, width: 40, height: 72, reason: 'ball', confidence: 1 }],
  width: SOURCE.width,
  height: SOURCE.height,
  followed: 1,
}

describe('data', () => {
  test('belongs to its video, is charged for once, counts as storage and goes with the video', async () => {
    const player = await world.newPlayer()
    const before = await storageUsed({ ctx: player.ctx })
    const file = dataFile(tracksOf(3, 7))
    const job = await ended(player, 'track', {}, (run) => hand(run.input, { result: file }))
    expect(job).toMatchObject({ state: 'succeeded', output: null, cost: { captured_micros: 10_000 } })
    expect(job.products).toMatchObject([
      {
        name: 'result',
        kind: 'tracks',
        asset_id: player.assetId,
        file_name: 'match tracks.json.gz',
        bytes: file.bytes.length,
        summary: {
          unique_tracks: 2,
          tracks: [{ track_id: 3, start_frame: 0, end_frame: 10, boxes: 10 }, { track_id: 7 }],
        },
      },
    ])
    const download = await fetch(job.products[0]?.download_url ?? '')
    expect(download.headers.get('content-disposition')).toContain('match tracks.json.gz')
    expect(new Uint8Array(await download.arrayBuffer())).toEqual(file.bytes)
    expect((await listAssets({ ctx: player.ctx, input: {} })).assets).toHaveLength(1)
    expect(await storageUsed({ ctx: player.ctx })).toBe(before + file.bytes.length)
    expect(await world.booksBalance()).toBe(true)

    world.services.advance(25 * 3600 * 1000)
    while ((await sweepRunObjects({ ctx: world.ctx })).swept > 0);
    expect((await fetch((await view(player, job.id)).products[0]?.url ?? '')).status).toBe(200)
    await deleteAsset({ ctx: player.ctx, input: { assetId: player.assetId } })
    expect((await view(player, job.id)).products).toMatchObject([{ url: null, download_url: null }])
    expect(await world.services.storedKeys(`users/${player.ctx.userId}/`)).toEqual([])
    expect(await storageUsed({ ctx: player.ctx })).toBe(0)
  })

  test('of scenes and crop paths is listed with the video, newest first, with what is still being made', async () => {
    const player = await world.newPlayer()
    await ended(player, 'detect_scenes', {}, (run) => hand(run.input, { result: dataFile(scenesFile) }))
    world.services.advance(1)
    await ended(player, 'auto_crop', { render: false }, (run) => hand(run.input, { result: dataFile(cropFile) }))
    world.services.advance(1)
    const waiting = await order(player, 'track')
    const { analyses } = await listAnalyses({ ctx: player.ctx, input: { assetId: player.assetId } })
    expect(analyses).toMatchObject([
      { kind: 'tracks', job_id: waiting, state: 'queued', product: null, model: null },
      { kind: 'crop_path', state: 'succeeded', product: { summary: { keyframes: 1, followed: 1 } } },
      { kind: 'scenes', state: 'succeeded', product: { summary: { frames: 10, total_scenes: 1 } } },
    ])
    const { jobs } = await listJobs({ ctx: player.ctx, input: {} })
    expect(jobs.flatMap(({ products }) => products.map(({ summary }) => summary))).toEqual([null, null])
    const stranger = await world.newPlayer()
    const theirs = listAnalyses({ ctx: stranger.ctx, input: { assetId: player.assetId } })
    await expect(theirs).rejects.toMatchObject({ code: 'not_found' })
    await abandon(player, waiting)
  })

  test.each<[string, TaskName, (run: Run) => ReturnType<typeof hand>]>([
    [
      'is no gzip',
      'track',
      (run) => hand(run.input, { result: { ...dataFile(''), bytes: new Uint8Array([1, 2, 3]) } }),
    ],
    ['is cut off', 'track', (run) => hand(run.input, { result: cutOff(dataFile(tracksOf(1))) })],
    ['is no JSON', 'track', (run) => hand(run.input, { result: dataFile('{"tracks":[') })],
    ['is about other frames', 'track', (run) => hand(run.input, { result: dataFile({ ...tracksOf(1), frames: 11 }) })],
    ['is about another size', 'track', (run) => hand(run.input, { result: dataFile({ ...tracksOf(1), width: 64 }) })],
    ['has a track twice', 'track', (run) => hand(run.input, { result: dataFile(tracksOf(1, 1)) })],
    [
      'covers half of the video',
      'track',
      (run) => hand(run.input, { result: dataFile(tracksOf(1)) }, { stats: { duration_sec: 0.5 } }),
    ],
    [
      'claims more frames than there are',
      'detect_scenes',
      (run) => hand(run.input, { result: dataFile(scenesFile) }, { stats: { frames_in: 11 } }),
    ],
    ['is of another task', 'detect_scenes', (run) => hand(run.input, { result: dataFile(tracksOf(1)) })],
    ['was never reported', 'track', (run) => hand(run.input, {})],
    [
      'is not as long as reported',
      'track',
      async (run) => longer(await hand(run.input, { result: dataFile(tracksOf(1)) })),
    ],
    ['has another hash', 'track', async (run) => rehashed(await hand(run.input, { result: dataFile(tracksOf(1)) }))],
  ])('that %s is refused, and tried again', async (_what, task, work) => {
    const player = await world.newPlayer()
    const job = await ended(player, task, {}, work)
    expect(job).toMatchObject({ state: 'running', products: [] })
    const { attempts } = await world.record(job.id)
    expect(attempts).toMatchObject([{ state: 'failed', errorCode: 'output_invalid' }, { state: 'created' }])
    world.services.advance(1_000)
    await reconcileJobs({ ctx: world.ctx })
    const second = await world.take()
    await world.claim(second)
    const good = dataFile(task === 'track' ? tracksOf(1) : scenesFile)
    await world.complete(second, await hand(second.input, { result: good }))
    await refresh(job.id)
    expect(await view(player, job.id)).toMatchObject({ state: 'succeeded', products: [{ name: 'result' }] })
    expect(await spentBy(player)).toBe(10_000)
  })

  test('replaced between its upload and our look is refused', async () => {
    const player = await world.newPlayer()
    const job = await ended(player, 'track', {}, async (run) => {
      const output = await hand(run.input, { result: dataFile(tracksOf(1)) })
      const [key] = await world.services.storedKeys(`users/${player.ctx.userId}/jobs/`)
      await world.services.replaceObject(key ?? '', dataFile(tracksOf(2)).bytes)
      return output
    })
    expect((await world.record(job.id)).attempts[0]).toMatchObject({ errorCode: 'output_invalid' })
    await abandon(player, job.id)
  })
})

const cutOff = (file: ProductFile): ProductFile => ({ ...file, bytes: file.bytes.slice(0, -12) })
type Output = Awaited<ReturnType<typeof hand>>
const changed = (output: Output, change: object): Output => ({
  ...output,
  outputs: { result: { ...(output.outputs.result ?? { bytes: 0, sha256: '' }), ...change } },
})
const longer = (output: Output) => changed(output, { bytes: 1 + (output.outputs.result?.bytes ?? 0) })
const rehashed = (output: Output) => changed(output, { sha256: '0'.repeat(64) })

test('a completion told many times at once makes every product once', async () => {
  const player = await world.newPlayer()
  const jobId = await order(player, 'track')
  const run = await world.take()
  await world.claim(run)
  await world.complete(run, await hand(run.input, { result: dataFile(tracksOf(1)) }))
  await Promise.all([refresh(jobId), refresh(jobId), reconcileJobs({ ctx: world.ctx }), refresh(jobId)])
  await refresh(jobId)
  const record = await world.record(jobId)
  expect(record.job.state).toBe('succeeded')
  expect(record.outputs).toHaveLength(1)
  expect(await spentBy(player)).toBe(10_000)
  expect(await world.booksBalance()).toBe(true)
})

test('a server that died between verifying and settling is repaired; products lost by then fail the job for free', async () => {
  for (const lost of [false, true]) {
    const player = await world.newPlayer()
    const jobId = await order(player, 'track')
    const run = await world.take()
    await world.claim(run)
    const output = await hand(run.input, { result: dataFile(tracksOf(1)) })
    const { d1 } = world.services.db
    const set = `state = 'completed', execution_ms = 500, ended_at_ms = 1, output_json = '${JSON.stringify(output)}'`
    await d1.prepare(`UPDATE attempts SET ${set} WHERE job_id = '${jobId}'`).run()
    await d1.prepare(`UPDATE jobs SET state = 'finalizing' WHERE id = '${jobId}'`).run()
    const prefix = `users/${player.ctx.userId}/jobs/${jobId}/`
    if (lost) for (const key of await world.services.storedKeys(prefix)) await world.ctx.storage.delete(key)
    await reconcileJobs({ ctx: world.ctx })
    expect((await world.record(jobId)).job.state).toBe(lost ? 'failed' : 'succeeded')
    expect(await spentBy(player)).toBe(lost ? 0 : 10_000)
    // A run that says nothing more would be queued again.
    await world.complete(run, output)
    expect(await world.booksBalance()).toBe(true)
  }
})

describe('separate clips', () => {
  const two = [
    { start_time: 0, end_time: 0.6, label: 'Goal / header' },
    { start_time: 0.6, end_time: 1, label: 'Save', rating: 4 },
  ]
  const made = [
    {
      output: 'clip-001',
      label: 'Goal / header',
      rating: null,
      start_frame: 0,
      end_frame: 6,
      start_time: 0,
      end_time: 0.6,
    },
    { output: 'clip-002', label: 'Save', rating: 4, start_frame: 6, end_frame: 10, start_time: 0, end_time: 0.4 },
  ]
  const clip = (name: 'six' | 'four') => clips[name] ?? jpeg
  const params = { clips: two, mode: 'separate' }
  const work =
    (files: Record<string, ProductFile>, result: unknown = { clips: made }) =>
    (run: Run) =>
      hand(run.input, files, { result })

  test('become videos of the library, each with its name; the poster goes with the first', async () => {
    const player = await world.newPlayer()
    const files = { 'clip-001': clip('six'), 'clip-002': clip('four'), poster: jpeg }
    const job = await ended(player, 'annotate', params, work(files))
    expect(job).toMatchObject({ state: 'succeeded', output: { file_name: 'match 001 Goal header.mp4' } })
    expect(job.products.map(({ kind, file_name }) => [kind, file_name])).toEqual([
      ['clip', 'match 001 Goal header.mp4'],
      ['clip', 'match 002 Save.mp4'],
      ['poster', 'match poster.jpg'],
    ])
    expect(job.products[1]?.summary).toMatchObject({ facts: { frames: 4 }, clip: { label: 'Save', rating: 4 } })
    const { assets } = await listAssets({ ctx: player.ctx, input: {} })
    expect(assets.filter(({ job_id }) => job_id === job.id).map(({ poster_url }) => poster_url !== null)).toHaveLength(
      2,
    )
    const [first, second] = job.products
    await deleteAsset({ ctx: player.ctx, input: { assetId: first?.asset_id ?? '' } })
    const after = await view(player, job.id)
    expect(after.products.map(({ url }) => url === null)).toEqual([true, false, true])
    expect((await fetch(after.products[1]?.url ?? '')).status).toBe(200)
    expect(second?.asset_id).not.toBe(first?.asset_id)
  })

  test.each<[string, Record<string, ProductFile>, unknown]>([
    ['one is missing', { 'clip-001': clips.six ?? jpeg }, { clips: made }],
    ['one has other frames', {}, { clips: [made[0], { ...made[1], start_frame: 5 }] }],
    ['nobody says what they show', {}, null],
    ['one is no video', { 'clip-002': jpeg }, { clips: made }],
  ])('are refused when %s', async (what, files, result) => {
    const player = await world.newPlayer()
    const complete = { 'clip-001': clip('six'), 'clip-002': { ...clip('four') } }
    const handed = what === 'one is missing' ? { 'clip-001': clip('six') } : { ...complete, ...typed(files) }
    const job = await ended(player, 'annotate', params, work(handed, result))
    expect(job).toMatchObject({ state: 'running', products: [] })
    expect((await world.record(job.id)).attempts[0]).toMatchObject({ errorCode: 'output_invalid' })
    await abandon(player, job.id)
  })

  /** The bytes of one thing under the type of another. */
  const typed = (files: Record<string, ProductFile>) =>
    Object.fromEntries(Object.entries(files).map(([name, file]) => [name, { ...file, type: 'video/mp4' }]))

  test('that begin after the end are refused before they are priced', async () => {
    const { ctx, assetId } = await world.newPlayer()
    const late = { clips: [two[0], { start_time: 1, end_time: 2, label: 'Late' }] }
    await expect(
      createQuote({ ctx, input: { asset_id: assetId, task: 'annotate', params: late } }),
    ).rejects.toMatchObject({
      code: 'clip_out_of_range',
      field: 'params.clips.1.start_time',
    })
  })
})

test('an auto-crop hands over its video and its keyframes; a broken poster is left out, a missing one does no harm', async () => {
  const player = await world.newPlayer()
  const vertical = clips.vertical ?? jpeg
  const params = { output_width: 72, output_height: 128 }
  const noPicture = { bytes: new Uint8Array([1, 2, 3, 4]), type: 'image/jpeg' }
  const job = await ended(player, 'auto_crop', params, (run) =>
    hand(
      run.input,
      { video: vertical, result: dataFile(cropFile), poster: noPicture },
      { stats: { output_resolution: '72x128' } },
    ),
  )
  expect(job.products.map(({ kind, asset_id }) => [kind, asset_id === player.assetId])).toEqual([
    ['crop_path', true],
    ['video', false],
  ])
  expect(job.output).toMatchObject({ file_name: 'match auto-crop 128p.mp4', poster_url: null })
})

describe('tracks', () => {
  const follow = (track_id: number) => ({ highlight_regions: [{ start_frame: 0, end_frame: 9, track_id }] })

  test('are found by the video they are of, and given to the worker by address', async () => {
    const player = await world.newPlayer()
    await expect(order(player, 'overlay', follow(3))).rejects.toMatchObject({ code: 'missing_tracks' })
    const tracksJob = await track(world, player, 3)
    await refresh(tracksJob)
    await expect(order(player, 'overlay', follow(4))).rejects.toMatchObject({
      code: 'unknown_track',
      field: 'params.highlight_regions.0.track_id',
    })
    await expect(order(player, 'auto_crop', { subject: 4 })).rejects.toMatchObject({ code: 'unknown_track' })
    const quote = await createQuote({
      ctx: player.ctx,
      input: { asset_id: player.assetId, task: 'overlay', params: follow(3) },
    })
    expect(quote.tracks_job_id).toBe(tracksJob)
    await acceptQuote({ ctx: player.ctx, input: { quote_id: quote.quote_id } })
    const run = await world.take()
    const claim = await world.claim(run)
    await abandon(player, run.input.job_id)
    const [queued, fresh] = await Promise.all(
      [run.input.tracks_url, 'tracks_url' in claim ? claim.tracks_url : undefined].map(
        async (url) => new Uint8Array(await (await fetch(url ?? '')).arrayBuffer()),
      ),
    )
    expect(queued).toEqual(dataFile(tracksOf(3)).bytes)
    expect(fresh).toEqual(queued)
  })

  test('of a named job are taken, whichever are newer; of others’, or of another video, they are not', async () => {
    const player = await world.newPlayer()
    const first = await track(world, player, 1)
    await refresh(first)
    world.services.advance(1)
    const second = await track(world, player, 2)
    await refresh(second)
    await expect(order(player, 'overlay', follow(1))).rejects.toMatchObject({ code: 'unknown_track' })
    await abandon(player, await order(player, 'overlay', follow(1), first))
    const stranger = await world.newPlayer()
    await expect(order(stranger, 'overlay', follow(1), first)).rejects.toMatchObject({ code: 'not_found' })
    const other = { ctx: player.ctx, assetId: (await world.newPlayer()).assetId }
    await expect(order(other, 'overlay', follow(1), first)).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      order(player, 'framing', { crop_keyframes: [cropFile.crop_keyframes[0]] }, first),
    ).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  test('swapped while the job waits are refused when the worker starts, charged to nobody', async () => {
    const player = await world.newPlayer()
    await refresh(await track(world, player, 1))
    const spent = await spentBy(player)
    const jobId = await order(player, 'overlay', follow(1))
    const [tracks] = (await world.services.storedKeys(`users/${player.ctx.userId}/jobs/`)).filter((key) =>
      key.endsWith('result.json.gz'),
    )
    await world.services.replaceObject(tracks ?? '', dataFile(tracksOf(2)).bytes)
    expect(await world.claim(await world.take())).toMatchObject({ proceed: false })
    expect(await view(player, jobId)).toMatchObject({ state: 'failed', failure: { code: 'input_changed' } })
    expect(await spentBy(player)).toBe(spent)
  })
})

describe('the database', () => {
  test('refuses products of a job that is not being saved, and success without every promised one', async () => {
    const player = await world.newPlayer()
    const jobId = await order(player, 'auto_crop')
    const { d1 } = world.services.db
    const product = (name: string) =>
      d1
        .prepare(
          `INSERT INTO job_outputs (id, job_id, asset_id, user_id, name, kind, object_key, etag, bytes, sha256, content_type, summary_json, created_at_ms)
           VALUES ('out_${name}', '${jobId}', '${player.assetId}', '${player.ctx.userId}', '${name}', 'video', '${jobId}/${name}', 'e', 1, '', '', '{}', 0)`,
        )
        .run()
    const move = (state: string) => d1.prepare(`UPDATE jobs SET state = '${state}' WHERE id = '${jobId}'`).run()
    await expect(product('video')).rejects.toThrow('job_output_comes_with_success')
    await move('running')
    await move('finalizing')
    await product('video')
    const { hold } = await world.record(jobId)
    await d1
      .prepare(
        `INSERT INTO settlements (id, hold_id, job_id, outcome, capture_micros, release_micros, gpu_ms, created_at_ms)
         VALUES ('set_${jobId}', '${hold?.id}', '${jobId}', 'succeeded', ${hold?.amountMicros}, 0, 1, 0)`,
      )
      .run()
    await expect(move('succeeded')).rejects.toThrow('job_succeeds_with_products')
    const forget = d1.prepare(`UPDATE jobs SET required_outputs_json = '["video"]' WHERE id = '${jobId}'`).run()
    await expect(forget).rejects.toThrow('job_keeps_its_promise')
    await product('result')
    await expect(d1.prepare(`UPDATE job_outputs SET bytes = 2 WHERE job_id = '${jobId}'`).run()).rejects.toThrow(
      'job_outputs_are_final',
    )
    await move('succeeded')
    expect((await world.record(jobId)).job.state).toBe('succeeded')
  })
})
