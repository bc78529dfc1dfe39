import { createHash } from 'node:crypto'
import Stripe from 'stripe'
import { z } from 'zod'
import { AcceptQuote, CreateQuote, JobView, QuoteView } from '#lib/contracts/api/jobs.ts'
import { type WorkerCompleted, WorkerInput } from '#lib/contracts/worker.ts'
import { signPayload } from '#lib/local/stripe/webhooks/sign-payload.ts'
import type { Stack } from '#lib/local/up.ts'
import { newVisitor, openCheckout, steerCheckout, topUp, uploadClip, type Visitor } from '#lib/local/visitor.ts'

/** Someone with credits and one video. */
export interface Filmer extends Visitor {
  assetId: string
}

/** The video everybody has, and what upscaling it twofold gives. */
export interface Clips {
  source: Uint8Array<ArrayBuffer>
  result: Uint8Array<ArrayBuffer>
}
export const CLIP = { seconds: 2, fps: 30, size: '160x90' }
export const RESULT = { ...CLIP, size: '320x180' }

export async function newFilmer(stack: Stack, clips: Clips): Promise<Filmer> {
  const visitor = await newVisitor(stack.urls, 'bench', `10.9.0.${1 + Math.floor(Math.random() * 250)}`)
  await topUp(stack.urls, visitor, 50_000)
  return { ...visitor, assetId: await uploadClip(visitor, clips.source) }
}

/** One kind of request: does what must be there before, and returns the request itself, which alone is timed. */
export interface RequestKind {
  name: string
  /** Also measured with many visitors at once. */
  crowded?: boolean
  prepare(filmer: Filmer): Promise<() => Promise<unknown>>
}

/** Answers with a constant: what the network, workerd, the router and the middleware cost. */
export const EMPTY = 'empty route (`GET /api/health`)'

export function requestKinds(stack: Stack, clips: Clips): RequestKind[] {
  const get = (name: string, path: string, crowded = false): RequestKind => ({
    ...{ name, crowded },
    prepare: async (filmer) => () => filmer.ask('GET', path),
  })
  return [
    get(EMPTY, '/api/health', true),
    get('page, stored (`/`)', '/'),
    get('page, per request (`/wallet`)', '/wallet'),
    get('wallet (`GET /api/wallet`)', '/api/wallet', true),
    { name: 'quote (`POST /api/quotes`)', prepare: async (filmer) => () => askQuote(filmer) },
    {
      name: 'debit (`POST /api/debit`: hold, job, dispatch)',
      crowded: true,
      prepare: async (filmer) => {
        const quoteId = await askQuote(filmer)
        return () => debit(filmer, quoteId)
      },
    },
    {
      name: 'job (`GET /api/status/…`, waiting)',
      prepare: async (filmer) => {
        const jobId = await debit(filmer, await askQuote(filmer))
        return () => filmer.ask('GET', `/api/status/${jobId}`)
      },
    },
    ...stripeKinds(stack),
    ...runpodKinds(stack, clips),
  ]
}

async function askQuote(filmer: Filmer): Promise<string> {
  const params = { model: 'reelsr-fast', scale: 2 }
  const wish = CreateQuote.parse({ asset_id: filmer.assetId, task: 'upscale', params })
  return QuoteView.parse(JSON.parse(await filmer.ask('POST', '/api/quotes', wish))).quote_id
}

async function debit(filmer: Filmer, quoteId: string): Promise<string> {
  const reply = await filmer.ask('POST', '/api/debit', AcceptQuote.parse({ quote_id: quoteId }))
  return JobView.parse(JSON.parse(reply)).id
}

/** Real payments at the stand-in, whose own deliveries are kept back. */
function stripeKinds(stack: Stack): RequestKind[] {
  const { hostname, port } = new URL(stack.urls.stripe)
  const stripe = new Stripe(stack.env.STRIPE_SECRET_KEY ?? '', { host: hostname, port: Number(port), protocol: 'http' })
  const paidEvent = async (filmer: Filmer) => {
    const { sessionId } = await openCheckout(filmer, 500)
    await steerCheckout(stack.urls, sessionId, 'pay', { card: '4242424242424242' })
    const { data } = await stripe.events.list({ type: 'checkout.session.completed', limit: 20 })
    const event = data.find(({ data: { object } }) => 'id' in object && object.id === sessionId)
    if (!event) throw new Error(`There is no event for ${sessionId}.`)
    return () => deliver(stack, event)
  }
  return [
    { name: "Stripe's webhook, credits a top-up", crowded: true, prepare: paidEvent },
    {
      name: "Stripe's webhook, repeated",
      prepare: async (filmer) => {
        const again = await paidEvent(filmer)
        await again()
        return again
      },
    },
  ]
}

function deliver(stack: Stack, event: Stripe.Event): Promise<unknown> {
  const body = JSON.stringify(event, null, 2)
  const signature = signPayload(body, stack.env.STRIPE_WEBHOOK_SECRET ?? '', Math.floor(Date.now() / 1000))
  return post(`${stack.urls.web}/api/webhook/stripe`, body, { 'stripe-signature': signature })
}

/** Runs that have ended at RunPod with their result in the store; its own webhooks are lost. */
function runpodKinds(stack: Stack, clips: Clips): RequestKind[] {
  const finished = async (filmer: Filmer) => {
    const jobId = await debit(filmer, await askQuote(filmer))
    const run = await findRun(stack, jobId)
    const output = await storeResult(WorkerInput.parse(run.input), clips.result)
    const control = `${stack.urls.runpod}/_local`
    await post(`${control}/faults`, JSON.stringify({ action: 'drop_webhook', times: 1 }))
    await post(`${control}/jobs/${run.id}/status`, JSON.stringify({ status: 'COMPLETED', output, execution_ms: 900 }))
    const body = JSON.stringify({ id: run.id, status: 'COMPLETED', output, input: run.input, webhook: run.webhook })
    return () => post(run.webhook, body)
  }
  return [
    { name: "RunPod's webhook, settles a job", crowded: true, prepare: finished },
    {
      name: "RunPod's webhook, repeated",
      prepare: async (filmer) => {
        const again = await finished(filmer)
        await again()
        return again
      },
    },
  ]
}

const Runs = z.object({
  jobs: z.array(z.looseObject({ id: z.string(), webhook: z.string(), input: z.looseObject({ job_id: z.string() }) })),
})

async function findRun(stack: Stack, jobId: string): Promise<z.infer<typeof Runs>['jobs'][number]> {
  const reply = await fetch(`${stack.urls.runpod}/_local/jobs`)
  const run = Runs.parse(await reply.json()).jobs.find(({ input }) => input.job_id === jobId)
  if (!run) throw new Error(`RunPod was not asked to run ${jobId}.`)
  return run
}

async function storeResult(input: WorkerInput, bytes: Uint8Array<ArrayBuffer>): Promise<WorkerCompleted> {
  const target = input.outputs?.video
  if (!target || !('put_url' in target)) throw new Error('The run has no URL for its video.')
  const stored = await fetch(target.put_url, { method: 'PUT', body: bytes, headers: { 'content-type': 'video/mp4' } })
  if (!stored.ok) throw new Error(`PUT ${stored.status}`)
  const frames = CLIP.seconds * CLIP.fps
  return {
    status: 'completed',
    outputs: { video: { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') } },
    stats: {
      ...{ frames_in: frames, frames_out: frames, input_resolution: CLIP.size, output_resolution: RESULT.size },
      ...{ duration_sec: CLIP.seconds, video_sec: CLIP.seconds, audio_sec: null },
      ...{ processing_time_sec: 0.9, gpu_seconds: 0.9, device: 'bench' },
    },
  }
}

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${text.slice(0, 300)}`)
  return text
}
