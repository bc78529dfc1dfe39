import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ENDPOINT_ID, SDK_TIMEOUT_MS, startStandIn } from './testing/stand-in.ts'

test('a job runs from queue to result and tells times and worker', async () => {
  const { run, status, worker } = await startStandIn()
  const id = await run({ input: { task: 'upscale' } })
  expect(id).toMatch(/^[0-9a-f-]{36}-u1$/)
  expect(await status(id)).toEqual({
    id,
    status: 'IN_QUEUE',
    started: true,
    completed: false,
    succeeded: false,
  })

  const gpu = worker('pod-1')
  expect(await gpu.takeOne()).toEqual({ id, input: { task: 'upscale' } })
  const running = await status(id)
  expect(running).toMatchObject({ status: 'IN_PROGRESS', workerId: 'pod-1', delayTime: expect.any(Number) })
  expect(running).not.toHaveProperty('executionTime')

  expect(await gpu.report(id, { output: { frames: 7 } })).toBe(200)
  expect(await status(id)).toMatchObject({
    status: 'COMPLETED',
    output: { frames: 7 },
    executionTime: expect.any(Number),
    succeeded: true,
  })
})

test('runsync waits for a worker and its job id says sync', async () => {
  const { endpoint, worker } = await startStandIn()
  const answer = endpoint.runSync({ input: { n: 2 } }, SDK_TIMEOUT_MS)
  const gpu = worker('pod-1')
  const job = await gpu.takeOne()
  expect(job.id).toMatch(/^sync-/)
  await gpu.report(job.id, { output: 4 })
  expect(await answer).toMatchObject({ id: job.id, status: 'COMPLETED', output: 4, succeeded: true })
})

test('runsync answers with the unfinished job when the asked wait is over, status-sync picks it up', async () => {
  const { api, endpoint, worker } = await startStandIn()
  const answer = await api('runsync?wait=1000', { method: 'POST', body: '{"input":{"n":1}}' })
  const { id, status } = z.object({ id: z.string(), status: z.string() }).parse(await answer.json())
  expect(status).toBe('IN_QUEUE')
  const waiting = endpoint.statusSync(id, SDK_TIMEOUT_MS)
  const gpu = worker('pod-1')
  await gpu.takeOne()
  await gpu.report(id, { output: 'late' })
  expect(await waiting).toMatchObject({ status: 'COMPLETED', output: 'late' })
})

test('stream hands every chunk out once, in order, through the SDK', async () => {
  const { endpoint, run, worker } = await startStandIn()
  const id = await run({ input: { n: 3 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  const chunks: unknown[] = []
  const reading = (async () => {
    for await (const chunk of endpoint.stream(id)) chunks.push(chunk)
  })()
  for (const step of [1, 2, 3]) await gpu.stream(id, { output: { step } })
  await gpu.report(id, { output: 'done' })
  await reading
  expect(chunks).toEqual([1, 2, 3].map((step) => ({ output: { step } })))
})

test('a queued job is cancelled at once and is never given to a worker', async () => {
  const { endpoint, run, worker } = await startStandIn({ longPollMs: 50 })
  const id = await run({ input: { n: 1 } })
  expect(await endpoint.cancel(id, SDK_TIMEOUT_MS)).toEqual({ id, status: 'CANCELLED' })
  expect((await worker('pod-1').take()).status).toBe(204)
})

test('retry starts a failed job over with the same id and input, and nothing else', async () => {
  const { api, run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  expect((await api(`retry/${id}`, { method: 'POST' })).status).toBe(400)
  await gpu.report(id, { error: '{"error_message":"boom"}', output: { code: 'oom' } })
  expect(await status(id)).toMatchObject({
    status: 'FAILED',
    error: '{"error_message":"boom"}',
    output: { code: 'oom' },
  })

  const retried = await api(`retry/${id}`, { method: 'POST' })
  expect(await retried.json()).toEqual({ id, status: 'IN_QUEUE' })
  const queued = await status(id)
  expect(queued).not.toHaveProperty('error')
  expect(queued).not.toHaveProperty('output')
  expect(await gpu.takeOne()).toEqual({ id, input: { n: 1 } })
})

test('purge-queue empties the queue and leaves running jobs alone; its rate limit is two in ten seconds', async () => {
  const { advance, api, endpoint, run, status, worker } = await startStandIn()
  const running = await run({ input: { n: 1 } })
  await worker('pod-1').takeOne()
  const queued = [await run({ input: { n: 2 } }), await run({ input: { n: 3 } })]
  expect(await endpoint.purgeQueue(SDK_TIMEOUT_MS)).toEqual({ removed: 2, status: 'completed' })
  for (const id of queued) expect(await status(id)).toMatchObject({ status: 'CANCELLED' })
  expect(await status(running)).toMatchObject({ status: 'IN_PROGRESS' })

  expect((await api('purge-queue', { method: 'POST' })).status).toBe(200)
  expect((await api('purge-queue', { method: 'POST' })).status).toBe(429)
  await advance(10_000)
  expect((await api('purge-queue', { method: 'POST' })).status).toBe(200)
})

test('health counts jobs by state and workers by what they do', async () => {
  const { endpoint, run, worker } = await startStandIn()
  await run({ input: { n: 1 } })
  const busy = worker('pod-busy')
  await busy.takeOne()
  await run({ input: { n: 2 } })
  await worker('pod-idle').ping('job_id=&runpod_version=test')
  await worker('pod-ill').ping('job_id=&runpod_version=test&status=unhealthy&reason=cuda')
  expect(await endpoint.health(SDK_TIMEOUT_MS)).toEqual({
    jobs: { completed: 0, failed: 0, inProgress: 1, inQueue: 1, retried: 0 },
    workers: { idle: 1, initializing: 0, ready: 1, running: 1, throttled: 0, unhealthy: 1 },
  })
})

test.each([
  ['no input', {}, /input/],
  ['a null input', { input: null }, /input/],
  ['an execution time-out under 5 s', { input: {}, policy: { executionTimeout: 4999 } }, /policy\.executionTimeout/],
  ['an execution time-out over 7 days', { input: {}, policy: { executionTimeout: 604_800_001 } }, /executionTimeout/],
  ['a ttl under 10 s', { input: {}, policy: { ttl: 9999 } }, /policy\.ttl/],
  ['a ttl over 7 days', { input: {}, policy: { ttl: 604_800_001 } }, /policy\.ttl/],
  ['a lowPriority that is no boolean', { input: {}, policy: { lowPriority: 'yes' } }, /lowPriority/],
  ['a webhook that is no http URL', { input: {}, webhook: 'ftp://example.test/' }, /webhook/],
])('run refuses %s', async (_name, body, message) => {
  const { api, control } = await startStandIn()
  const answer = await api('run', { method: 'POST', body: JSON.stringify(body) })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toEqual({ error: expect.stringMatching(message) })
  expect((await control('GET', 'jobs')).body).toEqual({ jobs: [] })
})

test('run takes the policy limits themselves and an empty input', async () => {
  const { job, run } = await startStandIn()
  const id = await run({ input: {}, policy: { executionTimeout: 5000, ttl: 604_800_000, lowPriority: true } })
  expect(await job(id)).toMatchObject({ policy: { executionTimeout: 5000, ttl: 604_800_000, lowPriority: true } })
})

test('run takes 10 MiB and refuses a byte more, which runsync still takes', async () => {
  const { api } = await startStandIn()
  const ofSize = (bytes: number) => JSON.stringify({ input: 'x'.repeat(bytes - '{"input":""}'.length) })
  const limit = 10 * 1024 * 1024
  expect((await api('run', { method: 'POST', body: ofSize(limit) })).status).toBe(200)
  const refused = await api('run', { method: 'POST', body: ofSize(limit + 1) })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toEqual({ error: 'exceeded max body size of 10MiB' })
  expect((await api('runsync?wait=1000', { method: 'POST', body: ofSize(limit + 1) })).status).toBe(200)
})

test('a wrong key, an unknown endpoint, job or method is refused', async () => {
  const { api, run, url } = await startStandIn({ endpoints: [ENDPOINT_ID] })
  const id = await run({ input: {} })
  expect((await api(`status/${id}`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
  expect((await fetch(`${url}/${ENDPOINT_ID}/status/${id}`)).status).toBe(401)
  const elsewhere = await fetch(`${url}/ep-other/status/${id}`, {
    headers: { authorization: 'Bearer rp_test_api_key' },
  })
  expect(elsewhere.status).toBe(404)
  expect((await api('status/unknown')).status).toBe(404)
  expect((await api(`cancel/${id}`)).status).toBe(405)
  expect((await api('nonsense')).status).toBe(404)
})

test('a web page of another origin and a rebound host name cannot reach it', async () => {
  const { url } = await startStandIn()
  const jobs = new URL('/_local/jobs', url)
  const statusWith = async (headers: Record<string, string>) => {
    const sent = request(jobs, { headers }).end()
    const [answer] = await once(sent, 'response')
    answer.destroy()
    return answer.statusCode
  }
  expect(await statusWith({})).toBe(200)
  expect(await statusWith({ origin: jobs.origin })).toBe(200)
  expect(await statusWith({ origin: 'https://evil.test' })).toBe(403)
  expect(await statusWith({ origin: 'null' })).toBe(403)
  expect(await statusWith({ host: `evil.test:${jobs.port}` })).toBe(403)
})

test('it answers on both loopback addresses', async () => {
  const { url } = await startStandIn()
  const { port } = new URL(url)
  for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
    expect((await fetch(`http://${host}:${port}/_local/workers`)).status).toBe(200)
  }
})
