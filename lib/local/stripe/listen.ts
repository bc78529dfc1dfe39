import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  port: number
  close(): Promise<void>
}

/**
 * Listens on both loopback addresses, because `localhost` may mean either to a client; never on any other.
 * @param port 0 takes a free one
 */
export async function listenOnLoopback(port: number, listener: RequestListener): Promise<Listening> {
  const first = await listen(createServer(listener), port, '127.0.0.1')
  const servers = [first]
  const bound = (first.address() as AddressInfo).port
  try {
    servers.push(await listen(createServer(listener), bound, '::1'))
  } catch (error) {
    // A machine without IPv6 has no other meaning of localhost.
    if (!isCode(error, 'EADDRNOTAVAIL') && !isCode(error, 'EAFNOSUPPORT')) {
      await close(first)
      throw error
    }
  }
  return {
    port: bound,
    close: async () => {
      await Promise.all(servers.map(close))
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
