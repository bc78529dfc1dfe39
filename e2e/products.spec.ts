import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { AnalysisList } from '#lib/contracts/api/jobs.ts'
import { AssetList, AssetView } from '#lib/contracts/api/uploads.ts'
import { AutoCropResult } from '#lib/contracts/tasks/auto-crop.ts'
import { ScenesFile } from '#lib/contracts/tasks/detect-scenes.ts'
import { TracksFile } from '#lib/contracts/tasks/track.ts'
import { decode, makeClip, makeOldClip, makePhoneClip, makeRunningClip } from './support/media.ts'
import { newPlayer, type Player } from './support/player.ts'

/** Tasks whose products are no single video, through the whole app with the real worker; its detector needs no weights. */
const TOP_UP_CENTS = 500
const MOTION = { model: 'motion' }

async function funded(clip: string): Promise<{ player: Player; assetId: string }> {
  const player = await newPlayer()
  await player.topUp(TOP_UP_CENTS)
  return { player, assetId: (await player.upload(clip, 'match.mp4')).id }
}

/** Runs a task to its end; the books must show one capture and nothing held. */
async function ended(player: Player, assetId: string, task: Parameters<Player['quote']>[2], params: object) {
  const before = (await player.wallet()).available_micros
  const { id } = await player.run(assetId, { ...params }, task)
  const job = await player.ended(id)
  expect(job.failure).toBeNull()
  const captured = job.cost.captured_micros ?? 0
  expect(captured).toBeGreaterThan(0)
  expect(await player.wallet()).toMatchObject({ available_micros: before - captured, held_micros: 0 })
  return job
}

async function unpacked(player: Player, url: string | null | undefined, file: string): Promise<unknown> {
  return JSON.parse(gunzipSync(readFileSync(await player.download(url ?? '', file))).toString('utf8'))
}

test('tracks stay with their video, and a highlight and a crop follow one of them', async ({
  browserName: _,
}, info) => {
  const { player, assetId } = await funded(makeRunningClip(info.outputPath('in.mp4')))
  const follow = (track_id: number) => ({ highlight_regions: [{ start_frame: 0, end_frame: 50, track_id }] })
  const quote = (params: object) => ({ asset_id: assetId, task: 'overlay', params })
  expect(await player.refusal('post', '/api/quotes', quote(follow(1)))).toMatchObject({ code: 'missing_tracks' })

  const tracked = await ended(player, assetId, 'track', MOTION)
  expect(tracked.output).toBeNull()
  const [product] = tracked.products
  expect(product).toMatchObject({ kind: 'tracks', asset_id: assetId, file_name: 'match tracks.json.gz' })
  const file = TracksFile.parse(await unpacked(player, product?.download_url, info.outputPath('tracks.gz')))
  expect(file).toMatchObject({ width: 480, height: 270, frames: 50, motion_only: true })
  expect(file.tracks.length).toBeGreaterThan(0)
  expect(product?.summary).toMatchObject({ unique_tracks: file.tracks.length, model: 'motion' })
  expect((await player.get('/api/assets', AssetList)).assets).toHaveLength(1)

  const { analyses } = await player.get(`/api/assets/${assetId}/analyses`, AnalysisList)
  expect(analyses).toMatchObject([{ kind: 'tracks', state: 'succeeded', model: 'motion', job_id: tracked.id }])

  const trackId = file.tracks[0]?.track_id ?? 0
  const unknown = await player.refusal('post', '/api/quotes', quote(follow(9_999)))
  expect(unknown).toMatchObject({ code: 'unknown_track', field: 'params.highlight_regions.0.track_id' })
  const highlighted = await ended(player, assetId, 'overlay', { ...follow(trackId), effect_type: 'ring' })
  const shown = decode(await player.download(highlighted.output?.url ?? '', info.outputPath('ring.mp4')))
  expect(shown.timesS).toHaveLength(50)

  const cropped = await ended(player, assetId, 'auto_crop', { subject: trackId, render: false })
  expect(cropped.products).toMatchObject([{ kind: 'crop_path' }])
  const path = AutoCropResult.parse(await unpacked(player, cropped.products[0]?.url, info.outputPath('crop.gz')))
  expect(path.followed).toBeGreaterThan(0)
})

test('another player’s tracks cannot be followed', async ({ browserName: _ }, info) => {
  const clip = makeRunningClip(info.outputPath('in.mp4'))
  const [owner, stranger] = [await funded(clip), await funded(clip)]
  const tracked = await ended(owner.player, owner.assetId, 'track', MOTION)
  const params = { highlight_regions: [{ start_frame: 0, end_frame: 50, track_id: 1 }] }
  const body = { asset_id: stranger.assetId, task: 'overlay', params, tracks_job_id: tracked.id }
  expect(await stranger.player.refusal('post', '/api/quotes', body)).toMatchObject({ status: 404, code: 'not_found' })
  const path = `/api/assets/${owner.assetId}/analyses`
  expect(await stranger.player.refusal('get', path)).toMatchObject({ status: 404 })
})

test('detect scenes hands over the scenes and a score for every frame', async ({ browserName: _ }, info) => {
  const { player, assetId } = await funded(makeClip(info.outputPath('in.mp4')))
  const job = await ended(player, assetId, 'detect_scenes', {})
  expect(job.products).toMatchObject([{ kind: 'scenes', summary: { frames: 50, total_scenes: 1 } }])
  const file = ScenesFile.parse(await unpacked(player, job.products[0]?.download_url, info.outputPath('scenes.gz')))
  expect(file.scores).toHaveLength(50)
})

test('separate clips come into the library one by one', async ({ browserName: _ }, info) => {
  const { player, assetId } = await funded(makeClip(info.outputPath('in.mp4')))
  const clips = [
    { start_time: 0.2, end_time: 0.8, label: 'Goal' },
    { start_time: 1, end_time: 1.4, label: 'Save', rating: 4 },
  ]
  const job = await ended(player, assetId, 'annotate', { clips, mode: 'separate' })
  const made = job.products.filter(({ kind }) => kind === 'clip')
  expect(made.map(({ file_name }) => file_name)).toEqual(['match 001 Goal.mp4', 'match 002 Save.mp4'])
  for (const [index, frames] of [15, 10].entries()) {
    const file = info.outputPath(`clip-${index}.mp4`)
    expect(decode(await player.download(made[index]?.download_url ?? '', file)).timesS).toHaveLength(frames)
  }
  const { assets } = await player.get('/api/assets', AssetList)
  expect(assets.filter(({ job_id }) => job_id === job.id)).toHaveLength(2)
  const reply = await player.api.delete(`/api/assets/${made[0]?.asset_id}`)
  expect(reply.status()).toBe(204)
  const after = (await player.job(job.id)).products.filter(({ kind }) => kind === 'clip')
  expect(after.map(({ url }) => url === null)).toEqual([true, false])
})

test('an iPhone’s HEVC clip gets a version that plays, for free and unasked', async ({ browserName: _ }, info) => {
  const player = await newPlayer()
  const { id } = await player.upload(makePhoneClip(info.outputPath('in.mov')), 'phone.mov')
  const asset = () => player.get(`/api/assets/${id}`, AssetView)
  await expect.poll(async () => (await asset()).preparation, { timeout: 90_000 }).toBe('ready')
  const ready = await asset()
  expect(ready).toMatchObject({ state: 'ready', facts: { video_codec: 'hevc' }, waveform: { buckets_per_second: 50 } })
  expect(ready.poster_url).not.toBeNull()
  expect(ready.filmstrip?.times.length).toBeGreaterThan(1)
  const proxy = decode(await player.download(ready.proxy_url ?? '', info.outputPath('proxy.mp4')))
  expect([proxy.width, proxy.height, proxy.timesS.length]).toEqual([320, 180, 50])
  expect(await player.wallet()).toMatchObject({ available_micros: 0, held_micros: 0 })
  expect(await player.statement()).toEqual([])
  const [job] = await player.jobs()
  expect(job).toMatchObject({ task: 'ingest', free: true, state: 'succeeded', cost: { ceiling_micros: 0 } })
  expect(await player.refusal('post', `/api/assets/${id}/ingest`)).toMatchObject({ code: 'job_finished' })
  expect((await player.api.delete(`/api/assets/${id}`)).status()).toBe(204)
})

test('an old AVI plays, too, and can be worked on', async ({ browserName: _ }, info) => {
  const { player, assetId } = await funded(makeOldClip(info.outputPath('in.avi')))
  const asset = () => player.get(`/api/assets/${assetId}`, AssetView)
  await expect.poll(async () => (await asset()).preparation, { timeout: 90_000 }).toBe('ready')
  const proxy = decode(await player.download((await asset()).proxy_url ?? '', info.outputPath('proxy.mp4')))
  expect(proxy.timesS).toHaveLength(50)
  const job = await ended(player, assetId, 'annotate', { clips: [{ start_time: 0.4, end_time: 1.2, label: 'Goal' }] })
  expect(decode(await player.download(job.output?.url ?? '', info.outputPath('out.mp4'))).timesS).toHaveLength(20)
})

test('tracking is ordered on the clip’s page, and the result says what was found', async ({ page, context }, info) => {
  const { player, assetId } = await funded(makeRunningClip(info.outputPath('in.mp4')))
  await context.addCookies((await player.api.storageState()).cookies)
  await page.goto(`/library/${assetId}`)
  const analyses = page.getByRole('region', { name: 'What is in this clip' })
  await analyses.getByRole('button', { name: 'Track' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Run track' }).click()
  await page.waitForURL(/\/jobs\//)
  await expect(page.getByRole('region', { name: 'Tracks' })).toContainText('player track', { timeout: 120_000 })
  await page.goto(`/library/${assetId}`)
  await expect(analyses.getByRole('link', { name: 'Tracks' })).toBeVisible()
})
