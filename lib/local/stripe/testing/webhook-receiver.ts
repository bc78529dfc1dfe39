import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { onTestFinished } from 'vitest'

export const WEBHOOK_SECRET = 'whsec_local_receiver_secret'

/** An event as it came over HTTP, its signature verified by the SDK. */
export interface Receipt {
  id: string
  type: Stripe.Event['type']
  event: Stripe.Event
}

export interface WebhookReceiver {
  url: string
  receipts: Receipt[]
  /** Statuses for the next requests, in order; then 200. A redirect goes back to the receiver itself. */
  answers: number[]
  /** Requests that carried no valid signature, which must be none. */
  rejected: string[]
  types(): string[]
  /** The first event of a type, waiting for it if need be. */
  next(type: Stripe.Event['type']): Promise<Receipt>
  /** Waits until a condition on what has arrived holds. */
  until(condition: (receipts: readonly Receipt[]) => boolean): Promise<void>
  /** Closes the door until `open`, on the same port. */
  shut(): Promise<void>
  open(): Promise<void>
}

/** A real webhook endpoint: raw body, `constructEventAsync`, and the status the test asks for. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const receipts: Receipt[] = []
  const answers: number[] = []
  const rejected: string[] = []
  const arrivals = new EventTarget()
  const provider = Stripe.createSubtleCryptoProvider()

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const payload = Buffer.concat(chunks).toString('utf8')
    const signature = request.headers['stripe-signature'] ?? ''
    try {
      const event = await Stripe.webhooks.constructEventAsync(payload, signature, WEBHOOK_SECRET, 300, provider)
      receipts.push({ id: event.id, type: event.type, event })
    } catch (error) {
      rejected.push(String(error))
    }
    const status = answers.shift() ?? 200
    response.writeHead(status, status >= 300 && status < 400 ? { location: '/' } : {}).end()
    arrivals.dispatchEvent(new Event('arrival'))
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listen(0)
  const { port } = server.address() as AddressInfo
  onTestFinished(shut)

  async function until(condition: (receipts: readonly Receipt[]) => boolean): Promise<void> {
    while (!condition(receipts)) {
      await new Promise<void>((resolve) => arrivals.addEventListener('arrival', () => resolve(), { once: true }))
    }
  }

  return {
    url: `http://127.0.0.1:${port}/api/webhook/stripe`,
    receipts,
    answers,
    rejected,
    types: () => receipts.map((receipt) => receipt.type),
    until,
    async next(type) {
      await until(() => receipts.some((receipt) => receipt.type === type))
      const found = receipts.find((receipt) => receipt.type === type)
      if (!found) throw new Error(`no ${type}`)
      return found
    },
    shut,
    open: () => listen(port),
  }
}
