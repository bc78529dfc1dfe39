import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { topUps } from '#db/schema/ledger.ts'
import { signPayload } from '#lib/local/stripe/webhooks/sign-payload.ts'
import type { Settings } from '#lib/services/context.ts'
import { signCallbackToken } from '#lib/services/jobs/callback-token.ts'
import {
  type AttackWorld,
  NEW_CALLBACK_SECRET,
  openAttackWorld,
  type Person,
  RECONCILE_SECRET,
  STRIPE_WEBHOOK_SECRET,
} from './attack-world.ts'

vi.mock('#lib/platform/cloudflare.ts', () => import('./host.ts'))

const STRIPE = 'POST /api/webhook/stripe'
const RUNPOD = 'POST /api/webhook/runpod'
const WORKER = 'POST /api/worker/[event]'
const FAR_MS = 2_000_000_000_000

let world: AttackWorld
let victim: Person
let attacker: Person
const lines: string[] = []
beforeAll(async () => {
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => void lines.push(words.join(' ')))
  }
  world = await openAttackWorld()
  victim = await world.newPerson()
  attacker = await world.newPerson()
})
afterEach(() => {
  const text = lines.splice(0).join('\n')
  for (const secret of [victim.workerToken, RECONCILE_SECRET]) expect(text).not.toContain(secret)
})
afterAll(async () => {
  vi.restoreAllMocks()
  await world.close()
})

const nowS = () => Math.floor(Date.now() / 1000)
const signedBy =
  (secret: string) =>
  (attempt: string, expiresAtMs = FAR_MS) =>
    signCallbackToken({ callbackSecrets: [secret] } as unknown as Settings, attempt, expiresAtMs)

/** The event Stripe would send once this person had paid their top-up. */
async function paidEvent(person: Person, id: string): Promise<string> {
  const [row] = await world.jobs.ctx.db.select().from(topUps).where(eq(topUps.id, person.ids.topUp))
  const session = {
    id: row?.checkoutSessionId,
    object: 'checkout.session',
    client_reference_id: person.userId,
    metadata: { kind: 'top_up', top_up_id: person.ids.topUp, user_id: person.userId },
    payment_status: 'paid',
    payment_intent: `pi_${person.userId}`,
    amount_total: 500,
    currency: 'usd',
    livemode: false,
  }
  const event = { id, object: 'event', type: 'checkout.session.completed', created: nowS(), livemode: false }
  return JSON.stringify({ ...event, data: { object: session } })
}

const send = (body: string, signature?: string) =>
  world.call(STRIPE, { body, ...(signature === undefined ? {} : { headers: { 'stripe-signature': signature } }) })

const transferCount = async () => (await world.snapshot()).transfers?.length ?? 0

describe('Stripe’s webhook', () => {
  test('what Stripe did not sign, or signed otherwise, or too long ago, is not even kept', async () => {
    const body = await paidEvent(attacker, 'evt_forged')
    const good = signPayload(body, STRIPE_WEBHOOK_SECRET, nowS())
    const richer = body.replace('"amount_total":500', '"amount_total":50000')
    const forged: [string, string | undefined][] = [
      [body, undefined],
      [body, ''],
      [body, 'v1=0'],
      [body, signPayload(body, 'whsec_guessed', nowS())],
      [body, signPayload(body, '', nowS())],
      [body, signPayload(body, STRIPE_WEBHOOK_SECRET, nowS() - 301)],
      [body, good.replace('v1=', 'v0=')],
      [body, good.replace(/t=\d+/, `t=${nowS() + 10}`)],
      [richer, good],
      [`${body} `, good],
    ]
    const before = await world.snapshot()
    for (const [payload, signature] of forged) {
      const reply = await send(payload, signature)
      expect([reply.status, (await reply.json()).code], String(signature)).toEqual([403, 'forbidden'])
    }
    expect(await world.snapshot()).toEqual(before)
  })

  test('a genuine event counts once, however often it is replayed, and under whatever other id', async () => {
    const body = await paidEvent(attacker, 'evt_genuine')
    const deliver = (payload: string) => send(payload, signPayload(payload, STRIPE_WEBHOOK_SECRET, nowS()))
    const before = await transferCount()
    expect((await deliver(body)).status).toBe(200)
    const credited = await transferCount()
    expect(credited).toBeGreaterThan(before)
    for (const replay of [body, body, await paidEvent(attacker, 'evt_another_id')]) {
      expect((await deliver(replay)).status).toBe(200)
    }
    expect(await transferCount()).toBe(credited)
    expect(await world.jobs.booksBalance()).toBe(true)
  })
})

/** Tokens that open nothing, each with what is wrong with it. */
async function badTokens(): Promise<[string, string][]> {
  const { attempt } = victim.ids
  const token = victim.workerToken
  const [expiry = '', signature = ''] = token.split('.')
  const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  return [
    ['empty', ''],
    ['made up', 'x.y'],
    ['of another attempt', attacker.workerToken],
    ['for another attempt under the same secret', await signedBy(NEW_CALLBACK_SECRET)(attacker.ids.attempt)],
    ['one bit changed', `${expiry}.${flipped}`],
    ['cut short', token.slice(0, -4)],
    ['with a later end written into it', `${FAR_MS.toString(36)}.${signature}`],
    ['over', await signedBy(NEW_CALLBACK_SECRET)(attempt, Date.now() - 1)],
    ['of a secret that was retired', await signedBy('a-retired-callback-secret-of-32-chars')(attempt)],
    ['signed with nothing', `${expiry}.`],
    ['twice', `${token}.${signature}`],
  ]
}

describe('RunPod’s webhook', () => {
  const post = (attempt: string, token: string, body: unknown = { id: 'forged-run', status: 'COMPLETED' }) =>
    world.call(RUNPOD, { query: `?${new URLSearchParams({ attempt, token })}`, body })

  test('no token but the attempt’s own opens it', async () => {
    const before = await world.snapshot()
    for (const [what, token] of await badTokens()) {
      const reply = await post(victim.ids.attempt, token)
      expect([reply.status, (await reply.json()).code], what).toEqual([403, 'forbidden'])
    }
    expect(await world.snapshot()).toEqual(before)
  })

  test('two attempts in one address are none', async () => {
    const query = `?attempt=${attacker.ids.attempt}&token=${attacker.workerToken}&attempt=${victim.ids.attempt}`
    const reply = await world.call(RUNPOD, { query, body: { id: 'x', status: 'COMPLETED' } })
    expect(reply.status).toBe(400)
  })

  test('tokens of both active secrets hold while one replaces the other', async () => {
    const { attempt } = victim.ids
    const [run] = await world.jobs.runpodJobs()
    const body = { id: run?.id ?? '', status: 'IN_PROGRESS' }
    for (const token of [victim.workerToken, await signedBy(NEW_CALLBACK_SECRET)(attempt)]) {
      expect((await post(attempt, token, body)).status).toBe(200)
    }
  })

  test('a completion nobody at RunPod knows of ends no job and moves no money', async () => {
    const before = await transferCount()
    const output = { status: 'completed', outputs: {}, stats: {} }
    await post(victim.ids.attempt, victim.workerToken, { id: 'forged-run', status: 'COMPLETED', output })
    const { job } = await world.jobs.record(victim.ids.job)
    expect(['queued', 'running']).toContain(job.state)
    expect(await transferCount()).toBe(before)
  })
})

describe('the worker’s callbacks', () => {
  const events = ['start', 'progress', 'complete', 'error']

  test('no token but the attempt’s own opens them', async () => {
    const before = await world.snapshot()
    const doors = (await badTokens()).map(([what, token]) => [what, `Bearer ${token}`])
    doors.push(['no bearer', victim.workerToken], ['basic', `Basic ${btoa(`x:${victim.workerToken}`)}`])
    for (const [what, authorization = ''] of doors) {
      for (const event of events) {
        const body = { attempt_id: victim.ids.attempt, runpod_job_id: 'forged', worker_id: 'w' }
        const reply = await world.call(WORKER, { params: { event }, body, headers: { authorization } })
        expect([reply.status, (await reply.json()).code], what).toEqual([401, 'unauthenticated'])
      }
    }
    expect(await world.snapshot()).toEqual(before)
  })

  test('a token cannot be turned on another attempt by the body', async () => {
    const before = await world.snapshot()
    const headers = { authorization: `Bearer ${attacker.workerToken}`, 'content-type': 'application/json' }
    const twice = `{"attempt_id":"${attacker.ids.attempt}","attempt_id":"${victim.ids.attempt}"}`
    const reply = await world.call(WORKER, { params: { event: 'start' }, body: twice, headers })
    expect(reply.status).toBe(401)
    expect(await world.snapshot()).toEqual(before)
  })
})

test('the reconciler runs for its scheduler alone', async () => {
  const before = await world.snapshot()
  const near = RECONCILE_SECRET.slice(0, -1)
  for (const authorization of [
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${near}`,
    `Bearer ${RECONCILE_SECRET}x`,
    RECONCILE_SECRET,
  ]) {
    const reply = await world.call('POST /api/reconcile', { headers: { authorization } })
    expect(reply.status, authorization).toBe(401)
  }
  expect(await world.snapshot()).toEqual(before)
})
