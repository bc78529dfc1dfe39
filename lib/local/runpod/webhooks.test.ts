import { expect, test } from 'vitest'
import { eventually, startStandIn, startWebhookReceiver } from './testing/stand-in.ts'

async function finishedJob(standIn: Awaited<ReturnType<typeof startStandIn>>, webhook: string) {
  const id = await standIn.run({ input: { n: 1 }, webhook })
  const gpu = standIn.worker('pod-1')
  await gpu.takeOne()
  await gpu.report(id, { output: { ok: true } })
  return id
}

test('the webhook carries the status object and the input, unsigned, once', async () => {
  const hook = await startWebhookReceiver()
  const standIn = await startStandIn()
  const id = await finishedJob(standIn, hook.url)
  await eventually(async () => expect(await standIn.job(id)).toMatchObject({ webhook_pending: 0 }))
  expect(hook.calls).toHaveLength(1)
  const { started, completed, succeeded, ...status } = await standIn.status(id).then((s) => ({
    started: undefined,
    completed: undefined,
    succeeded: undefined,
    ...s,
  }))
  expect([started, completed, succeeded]).toEqual([true, true, true])
  expect(hook.calls[0]?.body).toEqual({ ...status, input: { n: 1 }, webhook: hook.url })
  expect(hook.calls[0]?.headers).not.toHaveProperty('authorization')
})

test('anything but 200 is tried two more times and then given up', async () => {
  const hook = await startWebhookReceiver([500, 204, 302])
  const standIn = await startStandIn({ webhookRetryDelayMs: 20 })
  const id = await finishedJob(standIn, hook.url)
  await eventually(async () => {
    const { webhook_pending, webhook_deliveries } = await standIn.job(id)
    expect(webhook_pending).toBe(0)
    expect(webhook_deliveries.map((d) => [d.attempt, d.status])).toEqual([
      [1, 500],
      [2, 204],
      [3, 302],
    ])
  })
  expect(hook.calls).toHaveLength(3)
})

test('the second try succeeds after the ten seconds RunPod waits', async () => {
  const hook = await startWebhookReceiver([503])
  const standIn = await startStandIn()
  const id = await finishedJob(standIn, hook.url)
  await eventually(async () => expect((await standIn.job(id)).webhook_deliveries).toHaveLength(1))
  await standIn.advance(9000)
  expect((await standIn.job(id)).webhook_deliveries).toHaveLength(1)
  await standIn.advance(1000)
  await eventually(async () => expect(await standIn.job(id)).toMatchObject({ webhook_pending: 0 }))
  expect(hook.calls).toHaveLength(2)
})

test('a receiver that is down is an error on record, not a crash', async () => {
  const standIn = await startStandIn({ webhookRetryDelayMs: 5 })
  const id = await finishedJob(standIn, 'http://localhost:1/hook')
  await eventually(async () => expect(await standIn.job(id)).toMatchObject({ webhook_pending: 0 }))
  expect((await standIn.job(id)).webhook_deliveries).toMatchObject([
    { status: null, error: expect.stringContaining('fetch failed') },
    { attempt: 2 },
    { attempt: 3 },
  ])
})

test('a dropped webhook never arrives, a duplicated one twice, a delayed one late', async () => {
  const hook = await startWebhookReceiver()
  const standIn = await startStandIn()
  await standIn.fault({ action: 'drop_webhook' })
  const dropped = await finishedJob(standIn, hook.url)
  await standIn.fault({ action: 'duplicate_webhook' })
  const doubled = await finishedJob(standIn, hook.url)
  await eventually(() => expect(hook.calls.map((call) => call.body.id)).toEqual([doubled, doubled]))
  expect(await standIn.job(dropped)).toMatchObject({ status: 'COMPLETED', webhook_pending: 0, webhook_deliveries: [] })

  await standIn.fault({ action: 'delay_webhook', delay_ms: 60_000 })
  const delayed = await finishedJob(standIn, hook.url)
  await standIn.advance(59_000)
  expect(await standIn.job(delayed)).toMatchObject({ webhook_pending: 1, webhook_deliveries: [] })
  await standIn.advance(1000)
  await eventually(() => expect(hook.calls.map((call) => call.body.id)).toEqual([doubled, doubled, delayed]))
})

test('a finished job’s webhook can be sent again by hand; an unfinished one’s cannot', async () => {
  const hook = await startWebhookReceiver()
  const standIn = await startStandIn()
  await standIn.fault({ action: 'drop_webhook' })
  const id = await finishedJob(standIn, hook.url)
  expect((await standIn.control('POST', `jobs/${id}/webhook`)).body).toMatchObject({ delivery: { status: 200 } })
  expect(hook.calls).toMatchObject([{ body: { id, status: 'COMPLETED' } }])
  const open = await standIn.run({ input: {}, webhook: hook.url })
  expect((await standIn.control('POST', `jobs/${open}/webhook`)).status).toBe(409)
})
