import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AssetView, SignedParts, UploadView } from '#lib/contracts/api/uploads.ts'
import { TopUpView } from '#lib/contracts/api/wallet.ts'
import type { ServiceName } from '#lib/local/local-env.ts'

type Urls = Readonly<Record<ServiceName, string>>

const ANSWER_WITHIN_MS = 60_000

/** Someone signed in, who asks the app as its pages do. */
export interface Visitor {
  email: string
  /** Sends one request with the visitor's cookie, and gives back whatever is answered. */
  send(method: 'GET' | 'POST', path: string, body?: unknown, signal?: AbortSignal): Promise<Response>
  /** The same, with the whole answer read. Throws unless it succeeded. */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<string>
}

/** `address`: the network address the visitor seems to come from; limits are counted by it. */
export async function newVisitor(urls: Urls, name: string, address?: string): Promise<Visitor> {
  const email = `${name}-${randomUUID().slice(0, 8)}@example.test`
  const from: Record<string, string> = address ? { 'cf-connecting-ip': address, 'x-real-ip': address } : {}
  const cookie = await signIn(urls, email, from)
  const send: Visitor['send'] = (method, path, body, signal = AbortSignal.timeout(ANSWER_WITHIN_MS)) => {
    const headers = { ...from, cookie, origin: urls.web }
    const init: RequestInit =
      body === undefined
        ? { headers }
        : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return fetch(urls.web + path, { method, redirect: 'error', signal, ...init })
  }
  const ask: Visitor['ask'] = async (method, path, body) => {
    const response = await send(method, path, body)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
    return text
  }
  return { email, send, ask }
}

const Mails = z.object({ mails: z.array(z.looseObject({ text: z.string() })) })

async function signIn(urls: Urls, email: string, from: Record<string, string>): Promise<string> {
  const post = (path: string, values: Record<string, string>) =>
    fetch(urls.web + path, {
      method: 'POST',
      headers: { ...from, origin: urls.web, accept: 'application/json' },
      body: new URLSearchParams(values),
    })
  await post('/api/auth/signin/email', { email, callbackUrl: '/library' })
  const inbox = await fetch(`${urls.mail}/_local/mails?to=${encodeURIComponent(email)}`)
  const [mail] = Mails.parse(await inbox.json()).mails
  const link = /https?:\/\/\S+\/sign-in\/confirm\S+/.exec(mail?.text ?? '')?.[0]
  if (!link) throw new Error('No sign-in link was mailed.')
  const confirmed = await post('/api/auth/confirm', Object.fromEntries(new URL(link).searchParams))
  const cookie = confirmed.headers.getSetCookie().find((line) => line.startsWith('session='))
  if (!cookie) throw new Error(`Signing in failed: ${confirmed.status} ${await confirmed.text()}`)
  return cookie.split(';')[0] ?? ''
}

/** Opens a payment page; nothing is paid yet. */
export async function openCheckout(
  visitor: Visitor,
  amountCents: number,
): Promise<{ topUpId: string; sessionId: string }> {
  const wish = { amount_cents: amountCents, click_id: randomUUID() }
  const opened = TopUpView.parse(JSON.parse(await visitor.ask('POST', '/api/wallet/top-ups', wish)))
  const sessionId = /cs_[A-Za-z0-9_]+/.exec(opened.checkout_url ?? '')?.[0]
  if (!sessionId) throw new Error(`There is no payment page for ${opened.top_up_id}.`)
  return { topUpId: opened.top_up_id, sessionId }
}

/** Does on Stripe's side what a payer or a bank does: `pay` with a card, `expire`, `complete_async` … (lib/local/stripe/README.md). */
export async function steerCheckout(urls: Urls, sessionId: string, verb: string, body: object = {}): Promise<void> {
  const reply = await fetch(`${urls.stripe}/_local/checkout/${sessionId}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${verb} ${sessionId}: ${reply.status} ${await reply.text()}`)
}

/** Pays by card and waits until the credits are there. */
export async function topUp(urls: Urls, visitor: Visitor, amountCents: number): Promise<void> {
  const { topUpId, sessionId } = await openCheckout(visitor, amountCents)
  await steerCheckout(urls, sessionId, 'pay', { card: '4242424242424242' })
  for (let tries = 0; tries < 300; tries++) {
    const now = TopUpView.parse(JSON.parse(await visitor.ask('GET', `/api/wallet/top-ups/${topUpId}`)))
    if (now.state === 'credited') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The top-up was not credited within 30 seconds.')
}

/** Uploads a video of one part. Returns the asset's id. */
export async function uploadClip({ ask }: Visitor, clip: Uint8Array<ArrayBuffer>): Promise<string> {
  const fingerprint = createHash('sha256').update(clip).digest('hex')
  const file = { file_name: 'clip.mp4', bytes: clip.length, content_type: 'video/mp4', fingerprint }
  const opened = UploadView.parse(JSON.parse(await ask('POST', '/api/uploads', file)))
  const path = `/api/uploads/${opened.upload_id}`
  const signed = SignedParts.parse(JSON.parse(await ask('POST', `${path}/parts`, { part_numbers: [1] })))
  const stored = await fetch(signed.urls[0]?.url ?? '', { method: 'PUT', body: clip })
  const parts = [{ part_number: 1, etag: stored.headers.get('etag') ?? '' }]
  return AssetView.parse(JSON.parse(await ask('POST', `${path}/complete`, { parts }))).id
}
