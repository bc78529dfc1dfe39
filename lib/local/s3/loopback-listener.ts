import { createServer, type RequestListener, type Server } from 'node:http'

const PORT_ATTEMPTS = 10
const KEEP_ALIVE_MS = 65_000

export type LoopbackListener = { port: number; close(): Promise<void> }

/**
 * Listens on 127.0.0.1 and, where the machine has it, on the same port of ::1, which is what `localhost` means first to
 * some resolvers. Port 0 picks one that is free on both. Rejects with EADDRINUSE when a given port is taken on either.
 */
export async function listenOnLoopback(port: number, handler: RequestListener): Promise<LoopbackListener> {
  for (let attempt = 1; ; attempt += 1) {
    const first = await listen(port, '127.0.0.1', handler)
    const chosen = portOf(first)
    try {
      const servers = [first, await listen(chosen, '::1', handler)]
      return { port: chosen, close: () => closeAll(servers) }
    } catch (error) {
      if (!isCode(error, 'EADDRINUSE')) {
        if (isCode(error, 'EADDRNOTAVAIL') || isCode(error, 'EAFNOSUPPORT')) {
          return { port: chosen, close: () => closeAll([first]) }
        }
        throw error
      }
      await closeAll([first])
      if (port !== 0 || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

function listen(port: number, host: string, handler: RequestListener): Promise<Server> {
  // An upload may take as long as it takes; idle connections outlive the pauses between a client's requests.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS }, handler)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

async function closeAll(servers: Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    ),
  )
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
