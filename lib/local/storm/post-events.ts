import type Stripe from 'stripe'
import { signPayload } from '#lib/local/stripe/webhooks/sign-payload.ts'
import type { Stack } from '#lib/local/up.ts'
import { inLanes, type Tally, untilAnswered } from './patience.ts'
import type { Random } from './seeded-random.ts'

const COPIES = 3
const AT_ONCE = 16
/** Events whose copies all arrive at the same moment; of the others each comes at a moment of its own. */
const AT_THE_SAME_MOMENT_SHARE = 0.4
/** Events that Stripe never manages to deliver: only its list has them. */
const LOST_SHARE = 0.03

export interface PostReport {
  events: number
  deliveries: number
  lost: number
  seconds: number
}

/** Delivers every event three times, all shuffled, many at once, each until it is accepted; a few not at all. */
export async function postEvents(
  stack: Stack,
  events: readonly Stripe.Event[],
  random: Random,
  tally: Tally,
): Promise<PostReport> {
  const sent = events.filter(() => !random.chance(LOST_SHARE))
  const deliveries = random.shuffled(
    sent.flatMap((event) => {
      const copies = Array.from({ length: COPIES }, () => event)
      return random.chance(AT_THE_SAME_MOMENT_SHARE) ? [copies] : copies.map((copy) => [copy])
    }),
  )
  const startedMs = performance.now()
  await inLanes(deliveries, AT_ONCE, (copies) =>
    Promise.all(
      copies.map((event) => untilAnswered(tally, random, (signal) => postEvent(stack, event, signal), isAccepted)),
    ),
  )
  const seconds = (performance.now() - startedMs) / 1000
  return { events: events.length, deliveries: sent.length * COPIES, lost: events.length - sent.length, seconds }
}

/** Stripe counts anything else as a failure and sends the event again. */
const isAccepted = (status: number) => status >= 200 && status < 300

/** One delivery, signed as Stripe signs it, with the time of this try. */
export function postEvent(
  stack: Pick<Stack, 'urls' | 'env'>,
  event: Stripe.Event,
  signal?: AbortSignal,
): Promise<Response> {
  const body = JSON.stringify(event, null, 2)
  const signature = signPayload(body, stack.env.STRIPE_WEBHOOK_SECRET ?? '', Math.floor(Date.now() / 1000))
  return fetch(`${stack.urls.web}/api/webhook/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
    body,
    ...(signal ? { signal } : {}),
  })
}
