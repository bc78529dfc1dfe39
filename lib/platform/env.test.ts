import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RATE_LIMITS } from '#lib/core/accounts/rate-limits.ts'
import { AppEnv, parseEnv, toSettings } from './env.ts'

/** Read by the GPU worker beside what RunPod sets itself. */
const WORKER_NAMES = ['WEIGHTS_DIR']

const COMPLETE = {
  APP_URL: 'https://reelballers.test',
  AUTH_SECRET: 'a'.repeat(32),
  CALLBACK_SECRETS: `${'n'.repeat(32)}, ${'o'.repeat(32)}`,
  RECONCILE_SECRET: 'r'.repeat(32),
  R2_ENDPOINT: 'https://account.r2.test',
  R2_ACCESS_KEY_ID: 'id',
  R2_SECRET_ACCESS_KEY: 'key',
  R2_BUCKET_NAME: 'bucket',
  RUNPOD_API_KEY: 'rpa_x',
  RUNPOD_ENDPOINT_ID: 'ep1',
  GPU_CLASS: 'rtx-4090',
  STRIPE_SECRET_KEY: 'sk_test_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
  RESEND_API_KEY: 're_x',
  MAIL_FROM: 'ReelBallers <hello@reelballers.test>',
}

test('.env.example names exactly the values the app reads, each with a description', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', '.env.example'), 'utf8')
  const lines = text.split('\n')
  const named = lines.flatMap((line, index) => {
    const name = /^(?:# )?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1]
    return name === undefined ? [] : [{ name, before: lines[index - 1] ?? '' }]
  })
  expect(named.map(({ name }) => name).sort()).toEqual([...Object.keys(AppEnv.shape), ...WORKER_NAMES].sort())
  // A pair (id and secret) shares one description.
  for (const { before } of named) expect(before).toMatch(/^# [A-Z] ?\w|^(# )?[A-Z0-9_]+_ID=/)
})

test('.env.example shows the defaults the schema has', async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', '.env.example'), 'utf8')
  const env: Record<string, unknown> = parseEnv(COMPLETE)
  const shown = [...text.matchAll(/^# ([A-Z][A-Z0-9_]+)=(.+)$/gm)].filter(
    ([, name = '']) => name in env && !['ADMIN_EMAILS', 'RATE_LIMITS'].includes(name),
  )
  expect(shown.length).toBeGreaterThan(6)
  for (const [, name, value] of shown) expect(`${name}=${String(env[name ?? ''])}`).toBe(`${name}=${value}`)
})

test('a complete environment becomes settings; the newest callback secret comes first', () => {
  const settings = toSettings(parseEnv({ ...COMPLETE, ADMIN_EMAILS: 'a@x.test, b@x.test' }))
  expect(settings).toMatchObject({
    appUrl: 'https://reelballers.test',
    callbackSecrets: ['n'.repeat(32), 'o'.repeat(32)],
    adminEmails: ['a@x.test', 'b@x.test'],
    dispatchUnknownMs: 60_000,
  })
})

test('single rate limits can be changed; the others stay', () => {
  const { rateLimits } = toSettings(parseEnv({ ...COMPLETE, RATE_LIMITS: 'write.user=7/30, top_up.ip=2/60' }))
  expect(rateLimits['write.user']).toEqual({ limit: 7, windowMs: 30_000 })
  expect(rateLimits).toEqual({
    ...RATE_LIMITS,
    'write.user': { limit: 7, windowMs: 30_000 },
    'top_up.ip': { limit: 2, windowMs: 60_000 },
  })
})

test('bindings and other values of the platform are left out', () => {
  expect(parseEnv({ ...COMPLETE, DB: {}, CF_PAGES: '1' })).not.toHaveProperty('DB')
})

test('an empty text counts as absent, so that a copied example does not switch an option on', () => {
  expect(parseEnv({ ...COMPLETE, AUTH_GOOGLE_ID: '', AUTH_GOOGLE_SECRET: '' }).AUTH_GOOGLE_ID).toBeUndefined()
})

test.each([
  ['a missing name', { R2_ENDPOINT: undefined }, 'R2_ENDPOINT'],
  ['an origin with a path', { APP_URL: 'https://reelballers.test/' }, 'APP_URL'],
  ['a scheme that is no web address', { APP_URL: 'ftp://reelballers.test' }, 'APP_URL'],
  ['a secret that is too short', { AUTH_SECRET: 'short' }, 'AUTH_SECRET'],
  ['no callback secret at all', { CALLBACK_SECRETS: ',' }, 'CALLBACK_SECRETS'],
  ['a second callback secret that is too short', { CALLBACK_SECRETS: `${'n'.repeat(32)},old` }, 'CALLBACK_SECRETS'],
  ['a GPU class without a price', { GPU_CLASS: 'abacus' }, 'GPU_CLASS'],
  ['half a pair', { AUTH_GITHUB_ID: 'id' }, 'AUTH_GITHUB_SECRET'],
  ['a duration that is no number', { STATUS_MAX_AGE_MS: 'soon' }, 'STATUS_MAX_AGE_MS'],
  ['a rate limit nobody knows', { RATE_LIMITS: 'write.planet=1/60' }, 'RATE_LIMITS'],
  ['an admin that is no address', { ADMIN_EMAILS: 'root' }, 'ADMIN_EMAILS'],
])('%s is refused by name', (_what, values, name) => {
  expect(() => parseEnv({ ...COMPLETE, ...values })).toThrow(name)
})

test('all wrong values are named at once, and none is printed', () => {
  const values = { ...COMPLETE, AUTH_SECRET: 'hunter2', R2_BUCKET_NAME: undefined }
  expect(() => parseEnv(values)).toThrow(/AUTH_SECRET[\s\S]*R2_BUCKET_NAME/)
  expect(() => parseEnv(values)).not.toThrow(/hunter2/)
})
