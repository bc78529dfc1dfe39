import { expect, test } from 'vitest'
import { ENDPOINT_ID, eventually, startStandIn, startWebhookReceiver } from './testing/stand-in.ts'

const MINUTE_MS = 60_000

test('a job that runs too long is TIMED_OUT at its limit, its worker is stopped and its webhook told', async () => {
  const hook = await startWebhookReceiver()
  const { advance, run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 }, webhook: hook.url, policy: { executionTimeout: 5000 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  const stops = gpu.awaitStops()
  await advance(4000)
  expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS' })
  await advance(1000)
  expect(await status(id)).toMatchObject({
    status: 'TIMED_OUT',
    executionTime: 5000,
    error: 'executionTimeout exceeded',
  })
  expect(await stops).toEqual([id])
  await eventually(() => expect(hook.calls.map((call) => call.body.status)).toEqual(['TIMED_OUT']))
})

test('ten minutes is the time limit when the request names none', async () => {
  const { advance, run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  await worker('pod-1').takeOne()
  await advance(10 * MINUTE_MS)
  expect(await status(id)).toMatchObject({ status: 'TIMED_OUT', executionTime: 10 * MINUTE_MS })
})

test('the time to live removes a queued job: 404, and no worker gets it', async () => {
  const { advance, api, run, worker } = await startStandIn({ longPollMs: 50 })
  const id = await run({ input: { n: 1 }, policy: { ttl: 10_000 } })
  await advance(10_000)
  expect((await api(`status/${id}`)).status).toBe(404)
  expect((await worker('pod-1').take()).status).toBe(204)
})

test('the time to live removes a running job too: its worker is stopped and its result gets 404', async () => {
  const { advance, api, run, worker } = await startStandIn()
  const id = await run({ input: { n: 1 }, policy: { ttl: 10_000 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  await advance(10_000)
  expect((await api(`status/${id}`)).status).toBe(404)
  expect(await gpu.awaitStops()).toEqual([id])
  expect(await gpu.report(id, { output: 'too late' })).toBe(404)
})

test('results are forgotten thirty minutes after the end, runsync’s after one', async () => {
  const { advance, api, run, worker } = await startStandIn()
  const gpu = worker('pod-1')
  const id = await run({ input: { n: 1 } })
  await gpu.takeOne()
  await gpu.report(id, { output: 1 })
  const answering = api('runsync?wait=5000', { method: 'POST', body: '{"input":{"n":2}}' })
  const sync = await gpu.takeOne()
  await gpu.report(sync.id, { output: 2 })
  expect((await answering).status).toBe(200)

  await advance(MINUTE_MS)
  expect((await api(`status/${sync.id}`)).status).toBe(404)
  expect((await api(`status/${id}`)).status).toBe(200)
  await advance(29 * MINUTE_MS)
  expect((await api(`status/${id}`)).status).toBe(404)
  expect((await api(`retry/${id}`, { method: 'POST' })).status).toBe(404)
})

test('a job without heartbeats is re-queued once, then FAILED with RunPod’s words', async () => {
  const { endpoint, job, run, status, worker } = await startStandIn({ workerLostAfterMs: 60 })
  const id = await run({ input: { n: 1 } })
  await worker('pod-1').takeOne()
  const again = await worker('pod-2').takeOne()
  expect(again.id).toBe(id)
  expect(await status(id)).toMatchObject({ retries: 1, workerId: 'pod-2' })
  await eventually(async () => {
    expect(await job(id)).toMatchObject({ status: 'FAILED', retries: 1, error: 'job timed out after 1 retries' })
  })
  expect((await endpoint.health(5000)).jobs).toMatchObject({ failed: 1, retried: 1 })
})

test('the worker that lost its job cannot end the second attempt', async () => {
  const { control, run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  const lost = worker('pod-1')
  await lost.takeOne()
  await control('POST', `jobs/${id}/status`, { status: 'IN_QUEUE' })
  const second = worker('pod-2')
  await second.takeOne()
  expect(await lost.report(id, { output: 'from the lost one' })).toBe(400)
  expect(await second.report(id, { output: 'from the second' })).toBe(200)
  expect(await status(id)).toMatchObject({ status: 'COMPLETED', output: 'from the second' })
})

test('pings that name the job keep it; pings that do not name it lose it', async () => {
  const { control, job, run, worker } = await startStandIn({ workerLostAfterMs: 700 })
  const kept = await run({ input: { n: 1 } })
  const dropped = await run({ input: { n: 2 } })
  const gpu = worker('pod-1')
  await gpu.takeBatch(2)
  await eventually(async () => {
    await gpu.ping(`job_id=${kept}&runpod_version=test`)
    expect(await job(dropped)).toMatchObject({ status: 'IN_QUEUE', retries: 1 })
  })
  expect(await job(kept)).toMatchObject({ status: 'IN_PROGRESS' })
  expect((await control('GET', 'workers')).body).toMatchObject({
    workers: [{ id: 'pod-1', endpoint_id: ENDPOINT_ID, alive: true, pinged_job_ids: [kept], version: 'test' }],
  })
})
