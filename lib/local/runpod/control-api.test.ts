import { expect, test } from 'vitest'
import { z } from 'zod'
import { eventually, SDK_TIMEOUT_MS, startStandIn, startWebhookReceiver } from './testing/stand-in.ts'

const Jobs = z.object({ jobs: z.array(z.looseObject({ id: z.string(), input: z.unknown(), status: z.string() })) })

test('drop_run_response creates the job and cuts the connection, so the client cannot know', async () => {
  const { control, endpoint, fault, worker } = await startStandIn()
  await fault({ action: 'drop_run_response' })
  await expect(endpoint.run({ input: { attempt: 'a1' } }, SDK_TIMEOUT_MS)).rejects.toThrow()
  const { jobs } = Jobs.parse((await control('GET', 'jobs')).body)
  expect(jobs).toMatchObject([{ status: 'IN_QUEUE', input: { attempt: 'a1' } }])
  expect((await worker('pod-1').takeOne()).id).toBe(jobs[0]?.id)
  expect(await endpoint.run({ input: { attempt: 'a2' } }, SDK_TIMEOUT_MS)).toMatchObject({ status: 'IN_QUEUE' })
})

test('a status fault hits the named operation, as often as asked, and creates no job', async () => {
  const { api, control, fault, run } = await startStandIn()
  await fault({ action: 'status', status: 503, operation: 'run', times: 2 })
  for (const status of [503, 503])
    expect((await api('run', { method: 'POST', body: '{"input":{}}' })).status).toBe(status)
  expect((await control('GET', 'jobs')).body).toEqual({ jobs: [] })
  const id = await run({ input: {} })
  expect((await api(`status/${id}`)).status).toBe(200)
})

test('a status fault without an operation hits clients and spares workers', async () => {
  const { api, fault, worker } = await startStandIn({ longPollMs: 20 })
  await fault({ action: 'status', status: 500 })
  expect((await worker('pod-1').take()).status).toBe(204)
  expect((await api('health')).status).toBe(500)
  expect((await api('health')).status).toBe(200)
})

test('a take can be answered 400 (FlashBoot) and 429 (too many requests)', async () => {
  const { fault, run, worker } = await startStandIn()
  await fault({ action: 'status', status: 400, operation: 'job-take' })
  await fault({ action: 'status', status: 429, operation: 'job-take' })
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  expect((await gpu.take()).status).toBe(400)
  expect((await gpu.take()).status).toBe(429)
  expect((await gpu.takeOne()).id).toBe(id)
})

test('a delay is longer than an impatient SDK timeout, and the job exists all the same', async () => {
  const { control, endpoint, fault } = await startStandIn()
  await fault({ action: 'delay', delay_ms: 300, operation: 'run' })
  await expect(endpoint.run({ input: { n: 1 } }, 50)).rejects.toThrow()
  await eventually(async () => expect(Jobs.parse((await control('GET', 'jobs')).body).jobs).toHaveLength(1))
})

test('a held queue gives no work until it is released, then at once', async () => {
  const { control, fault, run, status, untilPolling, worker } = await startStandIn()
  await fault({ action: 'hold_queue' })
  const polling = worker('pod-1').takeOne()
  const id = await run({ input: { n: 1 } })
  await untilPolling('pod-1')
  expect(await status(id)).toMatchObject({ status: 'IN_QUEUE' })
  await control('DELETE', 'faults')
  expect((await polling).id).toBe(id)
})

test('a forgotten job is 404 for clients and still on record', async () => {
  const { api, control, job, run } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  expect((await control('POST', `jobs/${id}/forget`)).status).toBe(200)
  expect((await api(`status/${id}`)).status).toBe(404)
  expect(await job(id)).toMatchObject({ forgotten: true, input: { n: 1 } })
})

test('a state can be forced, final ones with webhook and a stop for the worker', async () => {
  const hook = await startWebhookReceiver()
  const { control, run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 }, webhook: hook.url })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  await control('POST', `jobs/${id}/status`, { status: 'TIMED_OUT', error: 'forced', execution_ms: 1234 })
  expect(await status(id)).toMatchObject({ status: 'TIMED_OUT', error: 'forced', executionTime: 1234 })
  expect(await gpu.awaitStops()).toEqual([id])
  await eventually(() => expect(hook.calls).toMatchObject([{ body: { id, status: 'TIMED_OUT', executionTime: 1234 } }]))
  await control('POST', `jobs/${id}/status`, { status: 'COMPLETED', output: { late: true } })
  expect(await status(id)).toMatchObject({ status: 'COMPLETED', output: { late: true } })
})

test('a fault it does not know, or with a key it does not know, is refused', async () => {
  const { fault } = await startStandIn()
  expect((await fault({ action: 'explode' })).status).toBe(400)
  expect((await fault({ action: 'drop_webhook', often: 3 })).status).toBe(400)
  expect((await fault({ action: 'status' })).status).toBe(400)
})
