import { expect, test } from '@playwright/test'
import { makeClip } from './support/media.ts'
import { newPlayer } from './support/player.ts'
import { type OwnStack, startOwnStack } from './support/stack.ts'

let stack: OwnStack

test.beforeAll(async () => {
  test.setTimeout(180_000)
  // No worker at all, and the shortest limits RunPod takes.
  stack = await startOwnStack({
    stack: 2,
    worker: false,
    env: {
      MAX_QUEUE_WAIT_MS: '2000',
      MIN_EXECUTION_TIMEOUT_MS: '5000',
      TTL_MARGIN_MS: '1000',
      HOLD_MARGIN_MS: '1000',
      STATUS_MAX_AGE_MS: '500',
    },
  })
})
test.afterAll(() => stack.stop())

test('a job nobody works on fails when its hold ends, and everything comes back', async ({ browserName: _ }, info) => {
  test.setTimeout(120_000)
  const player = await newPlayer(stack.cloud)
  await player.topUp(500)
  const asset = await player.upload(makeClip(info.outputPath('ten-frames.mp4'), { seconds: 0.4 }))
  const job = await player.run(asset.id)
  expect((await player.wallet()).held_micros).toBe(job.cost.ceiling_micros)
  await expect
    .poll(
      async () => {
        await stack.reconcile()
        return (await player.job(job.id)).state
      },
      { timeout: 60_000, intervals: [1_000] },
    )
    .toBe('failed')
  expect(await player.job(job.id)).toMatchObject({ failure: { fault: 'us', released_micros: job.cost.ceiling_micros } })
  expect(await player.wallet()).toMatchObject({ available_micros: 5_000_000, held_micros: 0 })
})
