import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

/** A body larger than this many bytes is not even drained: the connection is cut. */
const DRAIN_LIMIT_BYTES = 64 * 1024 * 1024
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

export class BodyTooLarge extends Error {}

/**
 * Serves `handle` on both loopback addresses, so that `http://localhost:port` works for clients that try ::1 first (Chromium)
 * and for those that only try 127.0.0.1. Port 0 picks a free one. A machine without IPv6 gets IPv4 alone.
 */
export async function listenOnLoopback(
  wantedPort: number,
  handle: Handler,
): Promise<{ port: number; close(): Promise<void> }> {
  const ipv4 = serverFor(handle)
  const port = await listen(ipv4, wantedPort, '127.0.0.1')
  const servers = [ipv4]
  const ipv6 = serverFor(handle)
  try {
    await listen(ipv6, port, '::1')
    servers.push(ipv6)
  } catch (error) {
    if (!hasCode(error, ['EADDRNOTAVAIL', 'EAFNOSUPPORT'])) {
      await stop(ipv4)
      throw error
    }
  }
  return {
    port,
    async close() {
      await Promise.all(servers.map(stop))
    },
  }
}

/** Reads the whole body as text; throws BodyTooLarge after draining it, so that the client still gets an answer. */
export async function readText(request: IncomingMessage, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a request body is read as bytes')
    sizeBytes += chunk.length
    if (sizeBytes > DRAIN_LIMIT_BYTES) request.destroy()
    if (sizeBytes <= limitBytes) chunks.push(chunk)
  }
  if (sizeBytes > limitBytes) throw new BodyTooLarge()
  return Buffer.concat(chunks).toString('utf8')
}

export function sendJson(response: ServerResponse, status: number, body?: unknown): void {
  if (body === undefined) {
    response.writeHead(status).end()
    return
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Aborted when the client goes away before it was answered: a long poll must not hand work to nobody. */
export function untilGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

/**
 * These servers hold sign-in links and job inputs and take orders without a key, so a web page open in the developer's browser
 * must not reach them: a foreign Host is DNS rebinding, a foreign Origin is cross-site.
 */
function isFromThisMachine(request: IncomingMessage): boolean {
  const host = request.headers.host ?? ''
  if (!LOOPBACK_NAMES.has(host.replace(/:\d+$/, ''))) return false
  const { origin } = request.headers
  return origin === undefined || origin === `http://${host}`
}

function serverFor(handle: Handler): Server {
  return createServer((request, response) => {
    if (!isFromThisMachine(request)) {
      sendJson(response, 403, { error: 'this server answers its own machine only' })
      return
    }
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
    handle(request, response, url).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy()
      else sendJson(response, 500, { error: String(error) })
    })
  })
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('no port'))
      else resolve(address.port)
    })
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function hasCode(error: unknown, codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
