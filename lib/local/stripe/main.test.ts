import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { SECRET_KEY, sdk, temporaryFolder } from './testing/start-stand-in.ts'
import { WEBHOOK_SECRET, webhookReceiver } from './testing/webhook-receiver.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function runMain(env: Record<string, string>) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], { env: { ...process.env, ...env } })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  'the program says when it is ready, serves, and ends cleanly on %s',
  async (signal) => {
    const receiver = await webhookReceiver()
    const base = `http://localhost:${await freePort()}`
    const child = await runMain({
      STRIPE_API_BASE: base,
      LOCAL_DATA_DIR: await temporaryFolder(),
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      APP_URL: new URL(receiver.url).origin,
    })
    const [line] = await once(createInterface(child.stdout), 'line')
    expect(JSON.parse(String(line))).toEqual({ ready: true, url: base })
    await sdk(base).customers.create({ name: 'Ada' })
    await receiver.next('customer.created')
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([0, null])
  },
)

it('the program remembers what it answered, even when it is killed', async () => {
  const base = `http://localhost:${await freePort()}`
  const env = {
    STRIPE_API_BASE: base,
    LOCAL_DATA_DIR: await temporaryFolder(),
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    APP_URL: 'http://localhost:9',
  }
  const first = await runMain(env)
  await once(createInterface(first.stdout), 'line')
  const { id } = await sdk(base).customers.create({ name: 'Ada' })
  first.kill('SIGKILL')
  await once(first, 'exit')
  const second = await runMain(env)
  await once(createInterface(second.stdout), 'line')
  expect(await sdk(base).customers.retrieve(id)).toMatchObject({ id, name: 'Ada' })
})

it('the program refuses a live key', async () => {
  const child = await runMain({
    STRIPE_API_BASE: 'http://localhost:1',
    LOCAL_DATA_DIR: await temporaryFolder(),
    STRIPE_SECRET_KEY: 'sk_live_1',
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    APP_URL: 'http://localhost:2',
  })
  const [code] = await once(child, 'exit')
  expect(code).toBe(1)
})
