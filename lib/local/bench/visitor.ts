import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { AssetView, SignedParts, UploadView } from '#lib/contracts/api/uploads.ts'
import { TopUpView } from '#lib/contracts/api/wallet.ts'
import type { ServiceName } from '#lib/local/local-env.ts'

type Urls = Readonly<Record<ServiceName, string>>

/** Someone signed in, with credits and one video, who asks the app as its pages do. */
export interface Visitor {
  assetId: string
  /** Sends one request with the visitor's cookie, and reads the whole answer. Throws unless it succeeded. */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<string>
}

const Mails = z.object({ mails: z.array(z.looseObject({ text: z.string() })) })

export async function newVisitor(urls: Urls, clip: Uint8Array<ArrayBuffer>): Promise<Visitor> {
  const cookie = await signIn(urls, `bench-${randomUUID().slice(0, 8)}@example.test`)
  const ask: Visitor['ask'] = async (method, path, body) => {
    const response = await fetch(urls.web + path, {
      method,
      headers: { cookie, origin: urls.web, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
    return text
  }
  await topUp(urls, ask)
  return { ask, assetId: await upload(ask, clip) }
}

async function signIn(urls: Urls, email: string): Promise<string> {
  const post = (path: string, values: Record<string, string>) =>
    fetch(urls.web + path, {
      method: 'POST',
      headers: { origin: urls.web, accept: 'application/json' },
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

async function topUp(urls: Urls, ask: Visitor['ask']): Promise<void> {
  const wish = { amount_cents: 50_000, click_id: randomUUID() }
  const opened = TopUpView.parse(JSON.parse(await ask('POST', '/api/wallet/top-ups', wish)))
  const session = /cs_[A-Za-z0-9_]+/.exec(opened.checkout_url ?? '')?.[0]
  const paid = await fetch(`${urls.stripe}/_local/checkout/${session}/pay`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ card: '4242424242424242' }),
  })
  if (!paid.ok) throw new Error(`The card was not taken: ${paid.status} ${await paid.text()}`)
  for (let tries = 0; tries < 300; tries++) {
    const now = TopUpView.parse(JSON.parse(await ask('GET', `/api/wallet/top-ups/${opened.top_up_id}`)))
    if (now.state === 'credited') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The top-up was not credited within 30 seconds.')
}

async function upload(ask: Visitor['ask'], clip: Uint8Array<ArrayBuffer>): Promise<string> {
  const fingerprint = createHash('sha256').update(clip).digest('hex')
  const file = { file_name: 'clip.mp4', bytes: clip.length, content_type: 'video/mp4', fingerprint }
  const opened = UploadView.parse(JSON.parse(await ask('POST', '/api/uploads', file)))
  const path = `/api/uploads/${opened.upload_id}`
  const signed = SignedParts.parse(JSON.parse(await ask('POST', `${path}/parts`, { part_numbers: [1] })))
  const stored = await fetch(signed.urls[0]?.url ?? '', { method: 'PUT', body: clip })
  const parts = [{ part_number: 1, etag: stored.headers.get('etag') ?? '' }]
  return AssetView.parse(JSON.parse(await ask('POST', `${path}/complete`, { parts }))).id
}
