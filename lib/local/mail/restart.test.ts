import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { API_KEY, clientOf, signInMail, temporaryFolder } from './testing/stand-in.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function startProcess(url: string, dataDir: string) {
  const env = { ...process.env, MAIL_API_BASE: url, RESEND_API_KEY: API_KEY, LOCAL_DATA_DIR: dataDir }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  expect(JSON.parse(String(line))).toEqual({ ready: true, url })
  return child
}

test('mails and idempotency keys survive a kill, and SIGTERM is a clean exit', async () => {
  const url = `http://localhost:${await freePort()}`
  const dataDir = await temporaryFolder()
  const { mails, send } = clientOf(url)
  const key = { 'Idempotency-Key': 'k1' }
  const first = await startProcess(url, dataDir)
  const id = await send(signInMail, key)
  first.kill('SIGKILL')
  await once(first, 'exit')

  const second = await startProcess(url, dataDir)
  expect(await send(signInMail, key)).toBe(id)
  expect((await mails()).map((mail) => mail.id)).toEqual([id])
  second.kill('SIGTERM')
  expect(await once(second, 'exit')).toEqual([0, null])
})
