import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Ports } from './local-env.ts'
import { findPortOwner, isFree, requireFreePorts } from './ports.ts'

const servers: Server[] = []

async function listen(host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Ports nobody has at the moment: listened to, and let go. */
async function freePorts(): Promise<Ports> {
  const [web = 0, s3 = 0, runpod = 0, stripe = 0, mail = 0] = await Promise.all(
    Array.from({ length: 5 }, () => listen('127.0.0.1')),
  )
  await closeAll()
  return { web, s3, runpod, stripe, mail }
}

async function closeAll(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
}

afterEach(closeAll)

test('free ports are let through', async () => {
  await expect(requireFreePorts(await freePorts())).resolves.toBeUndefined()
})

test('a busy port is named with who wants it, who has it, and how to choose another', async () => {
  const ports = await freePorts()
  const stripe = await listen('127.0.0.1')
  await expect(requireFreePorts({ ...ports, stripe })).rejects.toThrow(
    new RegExp(
      `Port ${stripe}, wanted by stripe, is in use by process ${process.pid} .*kill ${process.pid}.*PORT_STRIPE=`,
    ),
  )
})

test('every busy port is named at once', async () => {
  const ports = { ...(await freePorts()), s3: await listen('127.0.0.1'), mail: await listen('127.0.0.1') }
  await expect(requireFreePorts(ports)).rejects.toThrow(/wanted by s3[\s\S]*wanted by mail/)
})

test('one port for two services is refused before either starts', async () => {
  const ports = await freePorts()
  await expect(requireFreePorts({ ...ports, mail: ports.s3 })).rejects.toThrow('s3 and mail both want port')
})

test('a port that is only taken on IPv6 is not free: "localhost" may mean either', async () => {
  const port = await listen('::1')
  expect(await isFree(port)).toBe(false)
})

test('the owner of a port is found by its process', async () => {
  const port = await listen('127.0.0.1')
  expect(await findPortOwner(port)).toMatchObject({ pid: process.pid, command: expect.stringContaining('node') })
})
