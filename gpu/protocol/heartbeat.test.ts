import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { startHeartbeat } from './heartbeat.ts'
import { readRunpodEnv } from './runpod-env.ts'

async function heartbeatTo(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const heartbeat = startHeartbeat(
    readRunpodEnv({
      RUNPOD_WEBHOOK_GET_JOB: `${base}/job-take/$ID`,
      RUNPOD_WEBHOOK_POST_OUTPUT: `${base}/output/$ID`,
      RUNPOD_WEBHOOK_PING: `${base}/ping`,
      RUNPOD_PING_INTERVAL: '20000',
    }),
  )
  onTestFinished(async () => {
    await heartbeat.stop()
    server.closeAllConnections()
    server.close()
  })
  return heartbeat
}

it('says that it is unhealthy, again when the server stumbles', async () => {
  const asked: URL[] = []
  const heartbeat = await heartbeatTo((request, response) => {
    const url = new URL(request.url ?? '', 'http://runpod')
    const ill = url.searchParams.has('status')
    if (ill) asked.push(url)
    response.writeHead(ill && asked.length === 1 ? 500 : 200).end()
  })
  await heartbeat.unhealthy('out of memory & more')
  expect(asked.map(({ searchParams }) => searchParams.get('status'))).toEqual(['unhealthy', 'unhealthy'])
  expect(asked[1]?.searchParams.get('reason')).toBe('out of memory & more')
})

it('does not wait long to say so where nobody answers', async () => {
  const silent = vi.fn()
  const heartbeat = await heartbeatTo(silent)
  const began = performance.now()
  await heartbeat.unhealthy('no cuda')
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(silent).toHaveBeenCalled()
})
