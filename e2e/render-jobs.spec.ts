import { expect, test } from '@playwright/test'
import { decode, makeClip } from './support/media.ts'
import { newPlayer, type Player } from './support/player.ts'

/** Every task whose product is one video, through the whole app: quote, hold, worker, check, capture. */
const SOURCE = { width: 320, height: 180, fps: 25, seconds: 2 }
const TOP_UP_CENTS = 500

async function fundedPlayer(clip: string): Promise<{ player: Player; assetId: string }> {
  const player = await newPlayer()
  await player.topUp(TOP_UP_CENTS)
  return { player, assetId: (await player.upload(clip)).id }
}

/** Runs a task to its end and hands back the made file, decoded. The books must show one capture and nothing held. */
async function made(
  task: Parameters<Player['quote']>[2],
  params: Record<string, unknown>,
  file: (name: string) => string,
) {
  const { player, assetId } = await fundedPlayer(makeClip(file('in.mp4'), SOURCE))
  const { id } = await player.run(assetId, params, task)
  const job = await player.ended(id)
  expect(job.failure).toBeNull()
  const captured = job.cost.captured_micros ?? 0
  expect(captured).toBeGreaterThan(0)
  expect(await player.wallet()).toMatchObject({ available_micros: TOP_UP_CENTS * 10_000 - captured, held_micros: 0 })
  expect(job.output?.poster_url).not.toBeNull()
  return decode(await player.download(job.output?.url ?? '', file('out.mp4')))
}

const allTimes = Array.from({ length: 50 }, (_, index) => index / SOURCE.fps)

function expectTimes(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  for (const [index, time] of expected.entries()) expect(Math.abs((found[index] ?? 0) - time)).toBeLessThan(0.001)
}

test('framing renders a moving vertical crop with every frame and its sound', async ({ browserName: _ }, info) => {
  const crop_keyframes = [
    { frame: 0, x: 0, y: 0, w: 101.25, h: 180 },
    { frame: 49, x: 218.75, y: 0, w: 101.25, h: 180 },
  ]
  const params = { crop_keyframes, output_width: 216, output_height: 384 }
  const result = await made('framing', params, (name) => info.outputPath(name))
  expect([result.width, result.height]).toEqual([216, 384])
  expectTimes(result.timesS, allTimes)
  expect(result.audioSeconds).toBeGreaterThan(1.9)
})

test('export puts clips, a highlight and a crop into one reel', async ({ browserName: _ }, info) => {
  const result = await made(
    'export',
    {
      clips: [
        { start_time: 1.2, end_time: 1.8, label: 'Save' },
        { start_time: 0.2, end_time: 0.6, label: 'Goal', rating: 5 },
      ],
      burn_labels: true,
      effect_type: 'spotlight',
      highlight_regions: [{ start_frame: 0, end_frame: 50, x: 160, y: 90, radius_x: 30, radius_y: 50 }],
      crop: { x: 40, y: 0, width: 240, height: 180 },
    },
    (name) => info.outputPath(name),
  )
  expect([result.width, result.height]).toEqual([240, 180])
  expectTimes(result.timesS, allTimes.slice(0, 25))
  expect(Math.abs((result.audioSeconds ?? 0) - 1)).toBeLessThan(0.05)
})

test('auto-crop makes a vertical video without any weights installed', async ({ browserName: _ }, info) => {
  const params = { output_width: 216, output_height: 384 }
  const result = await made('auto_crop', params, (name) => info.outputPath(name))
  expect([result.width, result.height]).toEqual([216, 384])
  expectTimes(result.timesS, allTimes)
})

test('export makes a WebM, whose codec the quote names beforehand', async ({ browserName: _ }, info) => {
  const { player, assetId } = await fundedPlayer(makeClip(info.outputPath('in.mp4'), SOURCE))
  const quote = await player.quote(assetId, { format: 'webm' }, 'export')
  expect(quote.notes.join()).toContain('AV1')
  const job = await player.ended((await player.run(assetId, { format: 'webm' }, 'export')).id)
  expect(job.output).toMatchObject({ facts: { video_codec: 'av1' } })
  expect(job.output?.file_name).toMatch(/\.webm$/)
  expectTimes(decode(await player.download(job.output?.url ?? '', info.outputPath('out.webm'))).timesS, allTimes)
})
