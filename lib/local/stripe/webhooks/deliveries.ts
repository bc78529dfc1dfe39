import type Stripe from 'stripe'
import { newId } from '#lib/local/stripe/store/new-id.ts'
import type { Store } from '#lib/local/stripe/store/store.ts'
import type { Change, Delivery } from '#lib/local/stripe/store/tables.ts'
import { type DeliveryFaults, NO_FAULTS, shuffled } from './delivery-faults.ts'
import { type Endpoint, sendEvent } from './send-event.ts'

export interface DeliverySettings extends Endpoint {
  /** Waiting times between attempts; after the last one the delivery has failed. */
  retryDelaysMs: readonly number[]
  clock: () => number
}

/**
 * Brings events to the webhook endpoint until it answers 2xx. Events go out one at a time in the order in which they happened;
 * one that fails waits for its retry while the others pass it, so the receiver must expect any order.
 */
export class Deliveries {
  readonly #store: Store
  readonly #settings: DeliverySettings
  readonly #abort = new AbortController()
  readonly #underWay = new Map<string, Promise<void>>()
  #faults: Required<DeliveryFaults> = NO_FAULTS
  #order: number
  #timer: NodeJS.Timeout | undefined

  constructor(store: Store, settings: DeliverySettings) {
    this.#store = store
    this.#settings = settings
    this.#order = Math.max(0, ...store.all('delivery').map((delivery) => delivery.order))
    // A hold ends with the process that was asked for it.
    this.#save(store.all('delivery').filter(isHeld).map(release))
  }

  get faults(): Required<DeliveryFaults> {
    return this.#faults
  }

  setFaults(faults: DeliveryFaults): Required<DeliveryFaults> {
    const holding = this.#faults.hold
    this.#faults = { ...this.#faults, ...faults }
    if (holding && !this.#faults.hold) this.release(false)
    return this.#faults
  }

  clearFaults(): void {
    this.setFaults(NO_FAULTS)
  }

  /** The deliveries of a transaction's events, to be stored with them. */
  plan(events: readonly Stripe.EventBase[]): Delivery[] {
    const { duplicate, delay_ms, shuffle, hold, drop_types } = this.#faults
    const copies = events.flatMap((event) =>
      Array.from({ length: drop_types.includes(event.type) ? 1 : duplicate + 1 }, () => event),
    )
    return (shuffle ? shuffled(copies) : copies).map((event) => ({
      id: newId('del'),
      event: event.id,
      type: event.type,
      state: drop_types.includes(event.type) ? 'dropped' : hold ? 'held' : 'pending',
      dueMs: this.#settings.clock() + delay_ms,
      order: ++this.#order,
      attempts: [],
    }))
  }

  /** Sends what is held. @returns how many */
  release(shuffle: boolean): number {
    const held = this.#store
      .all('delivery')
      .filter(isHeld)
      .sort((a, b) => a.order - b.order)
    this.#save((shuffle ? shuffled(held) : held).map((delivery) => ({ ...release(delivery), order: ++this.#order })))
    this.wake()
    return held.length
  }

  resend(event: Stripe.EventBase): Delivery {
    const id = newId('del')
    const { type } = event
    const dueMs = this.#settings.clock()
    const delivery: Delivery = {
      id,
      event: event.id,
      type,
      state: 'pending',
      dueMs,
      order: ++this.#order,
      attempts: [],
    }
    this.#save([delivery])
    this.wake()
    return delivery
  }

  /** Sends whatever is due, and sleeps until the next. */
  wake(): void {
    clearTimeout(this.#timer)
    if (this.#abort.signal.aborted) return
    const now = this.#settings.clock()
    for (const delivery of this.#waiting()) {
      if (this.#underWay.size >= this.#faults.parallel) return // the next to finish wakes us
      if (delivery.dueMs > now) {
        this.#timer = setTimeout(() => this.wake(), delivery.dueMs - now)
        return
      }
      const sending = this.#send(delivery).finally(() => {
        this.#underWay.delete(delivery.id)
        this.wake()
      })
      this.#underWay.set(delivery.id, sending)
    }
  }

  /** Stops sending; what is under way is cut off and stays pending. */
  async close(): Promise<void> {
    this.#abort.abort()
    clearTimeout(this.#timer)
    await Promise.all(this.#underWay.values())
  }

  #waiting(): Delivery[] {
    return this.#store
      .all('delivery')
      .filter((delivery) => delivery.state === 'pending' && !this.#underWay.has(delivery.id))
      .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
  }

  async #send(delivery: Delivery): Promise<void> {
    const event = this.#store.get('event', delivery.event)
    if (!event) return this.#save([{ ...delivery, state: 'dropped' }])
    const atMs = this.#settings.clock()
    const answer = await sendEvent(event, this.#settings, Math.floor(atMs / 1000), this.#abort.signal)
    if (this.#abort.signal.aborted) return
    const attempts = [...delivery.attempts, { atMs, ...answer }]
    if (answer.status >= 200 && answer.status < 300) {
      const delivered: Change = ['event', event.id, { ...event, pending_webhooks: 0 }]
      this.#store.commit([...changes([{ ...delivery, attempts, state: 'delivered' }]), delivered])
      return
    }
    const wait = this.#settings.retryDelaysMs[delivery.attempts.length]
    const dueMs = this.#settings.clock() + (wait ?? 0)
    this.#save([{ ...delivery, attempts, dueMs, state: wait === undefined ? 'failed' : 'pending' }])
  }

  #save(deliveries: Delivery[]): void {
    this.#store.commit(changes(deliveries))
  }
}

function changes(deliveries: Delivery[]): Change[] {
  return deliveries.map((delivery) => ['delivery', delivery.id, delivery])
}

function isHeld(delivery: Delivery): boolean {
  return delivery.state === 'held'
}

function release(delivery: Delivery): Delivery {
  return { ...delivery, state: 'pending' }
}
