import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parseEnv } from '#lib/platform/env.ts'
import { appValues, makeLocalEnv, type Ports, parseEnvFile, readPorts } from './local-env.ts'

const PORTS: Ports = { web: 1001, s3: 1002, runpod: 1003, stripe: 1004, mail: 1005 }
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'local-env-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true })
})

test('the app starts with what is made: every value it needs is there and valid', async () => {
  const env = await makeLocalEnv(dir, PORTS, {})
  expect(parseEnv(appValues(env))).toMatchObject({
    APP_URL: 'http://localhost:1001',
    R2_ENDPOINT: 'http://localhost:1002',
    RUNPOD_API_BASE: 'http://localhost:1003/v2',
    STRIPE_API_BASE: 'http://localhost:1004',
    MAIL_API_BASE: 'http://localhost:1005',
  })
})

test('secrets are made once, differ from instance to instance, and only their owner may read them', async () => {
  const first = await makeLocalEnv(dir, PORTS, {})
  const text = await readFile(join(dir, 'env'), 'utf8')
  expect(await makeLocalEnv(dir, PORTS, {})).toEqual(first)
  expect(await readFile(join(dir, 'env'), 'utf8')).toBe(text)
  expect((await stat(join(dir, 'env'))).mode & 0o777).toBe(0o600)

  const other = await makeLocalEnv(join(dir, 'other'), PORTS, {})
  expect(other.AUTH_SECRET).not.toBe(first.AUTH_SECRET)
})

test('what a person writes into the file stays and wins; a secret that is missing is added', async () => {
  await writeFile(join(dir, 'env'), '# mine\nADMIN_EMAILS=anna@x.test')
  const env = await makeLocalEnv(dir, PORTS, {})
  expect(env.ADMIN_EMAILS).toBe('anna@x.test')
  expect(env.AUTH_SECRET).toHaveLength(64)
  const text = await readFile(join(dir, 'env'), 'utf8')
  expect(text.startsWith('# mine\nADMIN_EMAILS=anna@x.test\n')).toBe(true)
  expect(text).toContain(`AUTH_SECRET=${env.AUTH_SECRET}`)
})

test('the shell may set who is admin and the timing, but not move the app away from the parts beside it', async () => {
  vi.stubEnv('ADMIN_EMAILS', 'shell@x.test')
  vi.stubEnv('STATUS_MAX_AGE_MS', '5')
  vi.stubEnv('R2_ENDPOINT', 'https://real.r2.test')
  vi.stubEnv('STRIPE_SECRET_KEY', 'sk_live_real')
  const env = await makeLocalEnv(dir, PORTS, {})
  expect(env).toMatchObject({
    ADMIN_EMAILS: 'shell@x.test',
    STATUS_MAX_AGE_MS: '5',
    R2_ENDPOINT: 'http://localhost:1002',
  })
  expect(env.STRIPE_SECRET_KEY).toMatch(/^sk_test_/)
})

test('what a caller asks for wins over the file', async () => {
  await makeLocalEnv(dir, PORTS, {})
  await appendFile(join(dir, 'env'), 'RETRY_BACKOFF_MS=1\n')
  expect((await makeLocalEnv(dir, PORTS, { RETRY_BACKOFF_MS: '7' })).RETRY_BACKOFF_MS).toBe('7')
})

test('values may hold an equals sign; comments and blank lines are skipped', () => {
  expect(parseEnvFile('# A=1\n\nB=c=d\n  E=f \n')).toEqual({ B: 'c=d', E: 'f' })
})

test('ports are read from PORT_ variables', () => {
  expect(readPorts({ ...process.env, PORT_WEB: '4000' })).toMatchObject({ web: 4000, s3: 9301 })
  expect(() => readPorts({ ...process.env, PORT_MAIL: 'post' })).toThrow('PORT_MAIL=post')
  expect(() => readPorts({ ...process.env, PORT_MAIL: '70000' })).toThrow('PORT_MAIL=70000')
})
