import { expect, test } from 'vitest'
import { ENDPOINT_ID, SDK_TIMEOUT_MS, startStandIn, WORKER_KEY } from './testing/stand-in.ts'

test('a long poll that finds no job is answered 204', async () => {
  const { worker } = await startStandIn({ longPollMs: 20 })
  expect((await worker('pod-1').take()).status).toBe(204)
})

test('a long poll is answered as soon as a job arrives', async () => {
  const { run, untilPolling, worker } = await startStandIn()
  const polling = worker('pod-1').takeOne()
  await untilPolling('pod-1')
  const id = await run({ input: { n: 1 } })
  expect((await polling).id).toBe(id)
})

test('waiting workers are served in the order they came, one job each', async () => {
  const { run, untilPolling, worker } = await startStandIn()
  const first = worker('pod-1').takeOne()
  await untilPolling('pod-1')
  const second = worker('pod-2').takeOne()
  await untilPolling('pod-2')
  const ids = [await run({ input: { n: 1 } }), await run({ input: { n: 2 } })]
  expect([(await first).id, (await second).id]).toEqual(ids)
})

test('a poll whose worker went away does not swallow a job', async () => {
  const { run, untilPolling, url, worker } = await startStandIn()
  const leaving = new AbortController()
  const abandoned = fetch(`${url}/${ENDPOINT_ID}/job-take/pod-gone?job_in_progress=0`, {
    headers: { authorization: WORKER_KEY },
    signal: leaving.signal,
  })
  await untilPolling('pod-gone')
  leaving.abort()
  await expect(abandoned).rejects.toThrow()
  await untilPolling('pod-gone', 0)
  const polling = worker('pod-1').takeOne()
  const id = await run({ input: { n: 1 } })
  expect((await polling).id).toBe(id)
})

test('batch take gives up to the asked number, oldest first', async () => {
  const { run, worker } = await startStandIn({ longPollMs: 50 })
  const ids = [await run({ input: { n: 1 } }), await run({ input: { n: 2 } }), await run({ input: { n: 3 } })]
  const gpu = worker('pod-1')
  expect((await gpu.takeBatch(2)).map((job) => job.id)).toEqual(ids.slice(0, 2))
  expect((await gpu.takeBatch(2)).map((job) => job.id)).toEqual(ids.slice(2))
  expect(await gpu.takeBatch(2)).toEqual([])
})

test('a job brings its webhook and S3 configuration to the worker', async () => {
  const { run, worker } = await startStandIn()
  const s3Config = { accessId: 'a', accessSecret: 's', bucketName: 'b', endpointUrl: 'https://s3.example.test' }
  const id = await run({ input: { n: 1 }, webhook: 'http://localhost:9/hook', s3Config })
  expect(await worker('pod-1').takeOne()).toEqual({ id, input: { n: 1 }, webhook: 'http://localhost:9/hook', s3Config })
})

test('the worker key goes bare in Authorization; "Bearer", the API key or nothing is refused', async () => {
  const { url } = await startStandIn()
  for (const authorization of [`Bearer ${WORKER_KEY}`, 'rp_test_api_key', '']) {
    const answer = await fetch(`${url}/${ENDPOINT_ID}/ping/pod-1?job_id=`, { headers: { authorization } })
    expect(answer.status).toBe(401)
  }
})

test('a take must say whether a job is in progress', async () => {
  const { worker } = await startStandIn()
  expect((await worker('pod-1').take('&job_in_progress=maybe')).status).toBe(400)
})

test('progress shows in status while the job runs and makes room for the result', async () => {
  const { run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  expect(await gpu.report(id, { status: 'IN_PROGRESS', output: { percent: 40 } })).toBe(200)
  expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS', output: { percent: 40 } })
  await gpu.report(id, { output: { url: 'r2' } })
  expect(await gpu.report(id, { status: 'IN_PROGRESS', output: { percent: 99 } })).toBe(200)
  expect(await status(id)).toMatchObject({ status: 'COMPLETED', output: { url: 'r2' } })
})

test('a result is refused with another content type, another request id, without isStream, or in another shape', async () => {
  const { run, status, url, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  expect(await gpu.report(id, { output: 1 }, { 'content-type': 'application/json' })).toBe(400)
  expect(await gpu.report(id, { output: 1 }, { 'X-Request-ID': 'other' })).toBe(400)
  expect(await gpu.report(id, { status: 'COMPLETED', output: 1 })).toBe(400)
  expect(await gpu.report(id, { error: { message: 'an object' } })).toBe(400)
  const headers = { authorization: WORKER_KEY, 'content-type': 'application/x-www-form-urlencoded', 'x-request-id': id }
  const bare = await fetch(`${url}/${ENDPOINT_ID}/job-done/pod-1/${id}?gpu=local`, {
    method: 'POST',
    headers,
    body: '{}',
  })
  expect(bare.status).toBe(400)
  expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS' })
})

test('a result of more than 10 MiB is refused and the job stays open', async () => {
  const { run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  expect(await gpu.report(id, { output: 'x'.repeat(10 * 1024 * 1024) })).toBe(400)
  expect(await status(id)).toMatchObject({ status: 'IN_PROGRESS' })
})

test('a repeated result is harmless, one from a worker that never had the job is refused', async () => {
  const { run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  expect(await worker('pod-2').report(id, { output: 'stolen' })).toBe(400)
  expect(await gpu.report(id, { output: 'mine' })).toBe(200)
  expect(await gpu.report(id, { output: 'again' })).toBe(200)
  expect(await gpu.report('unknown-job', { output: 1 })).toBe(404)
  expect(await status(id)).toMatchObject({ output: 'mine' })
})

test('cancelling a running job reaches its worker through job-stop, and a late result is discarded', async () => {
  const { endpoint, run, status, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  const stops = gpu.awaitStops()
  expect(await endpoint.cancel(id, SDK_TIMEOUT_MS)).toEqual({ id, status: 'CANCELLED' })
  expect(await stops).toEqual([id])
  expect(await gpu.report(id, { output: 'late' })).toBe(200)
  expect(await status(id)).toMatchObject({ status: 'CANCELLED', executionTime: expect.any(Number) })
  expect(await status(id)).not.toHaveProperty('output')
})

test('a stop is kept for a worker that was not listening, told once, and to that worker only', async () => {
  const { endpoint, run, worker } = await startStandIn({ longPollMs: 50 })
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  await endpoint.cancel(id, SDK_TIMEOUT_MS)
  expect(await worker('pod-2').awaitStops()).toEqual([])
  expect(await gpu.awaitStops()).toEqual([id])
  expect(await gpu.awaitStops()).toEqual([])
})

test('stopPod ends the open poll of the worker that asked for a refresh; its replacement takes on', async () => {
  const { run, untilPolling, worker } = await startStandIn()
  const id = await run({ input: { n: 1 } })
  const gpu = worker('pod-1')
  await gpu.takeOne()
  const polling = gpu.take('&job_in_progress=1')
  await untilPolling('pod-1')
  expect(await gpu.report(id, { output: 1, stopPod: true })).toBe(200)
  expect((await polling).status).toBe(204)
  const next = await run({ input: { n: 2 } })
  expect((await gpu.takeOne()).id).toBe(next)
})

test('an unhealthy worker gets no job until it pings well again', async () => {
  const { run, status, untilPolling, worker } = await startStandIn()
  const ill = worker('pod-1')
  await ill.ping('job_id=&runpod_version=test&status=unhealthy&reason=no+cuda')
  const polling = ill.takeOne()
  await untilPolling('pod-1')
  const id = await run({ input: { n: 1 } })
  expect(await status(id)).toMatchObject({ status: 'IN_QUEUE' })
  await ill.ping('job_id=&runpod_version=test')
  expect((await polling).id).toBe(id)
})
