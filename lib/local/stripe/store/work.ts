import type Stripe from 'stripe'
import { newId } from './new-id.ts'
import type { Store } from './store.ts'
import type { Change, TableName, Tables, TaskKind } from './tables.ts'

export const API_VERSION = '2026-10-28.endive' satisfies Stripe.StripeConfig['apiVersion']

/** What a unit of work needs to know about the server it runs in. */
export interface WorkSettings {
  /** Where this server answers: `http://localhost:PORT`. */
  baseUrl: string
  /** How long a bank debit, and whatever else is not instant, takes. */
  asyncDelayMs: number
}

/** The API request an event is attributed to. */
export interface RequestOrigin {
  id: string | null
  idempotencyKey: string | null
}

/**
 * One transaction: reads see its own writes, nothing is visible outside before `commit`, and dropping it undoes all.
 * `plan` turns its events into deliveries inside the same commit, so an event can not lose its webhook in a crash.
 */
export class Work {
  readonly nowMs: number
  readonly settings: WorkSettings
  readonly #store: Store
  readonly #origin: RequestOrigin
  readonly #writes = new Map<string, Change>()
  readonly #events: Stripe.EventBase[] = []

  constructor(store: Store, nowMs: number, settings: WorkSettings, origin: RequestOrigin) {
    this.#store = store
    this.nowMs = nowMs
    this.settings = settings
    this.#origin = origin
  }

  /** Stripe's clock: whole seconds since 1970. */
  get now(): number {
    return Math.floor(this.nowMs / 1000)
  }

  /** A copy that may be changed and put back. */
  find<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    const write = this.#writes.get(`${table}/${id}`)
    const record = write === undefined ? this.#store.get(table, id) : (write[2] as Tables[T] | null)
    return record ? structuredClone(record) : undefined
  }

  /** For references inside the state, which always resolve. */
  get<T extends TableName>(table: T, id: string): Tables[T] {
    const record = this.find(table, id)
    if (record === undefined) throw new Error(`state refers to ${table} ${id}, which is absent`)
    return record
  }

  /** Newest first, as every Stripe list is. */
  all<T extends TableName>(table: T): Tables[T][] {
    const ids = new Set(this.#store.all(table).map((record) => record.id))
    for (const write of this.#writes.values()) if (write[0] === table) ids.add(write[1])
    return [...ids].reverse().flatMap((id) => this.find(table, id) ?? [])
  }

  put<T extends TableName>(table: T, record: Tables[T]): Tables[T] {
    this.#writes.set(`${table}/${record.id}`, [table, record.id, structuredClone(record)] as unknown as Change)
    return record
  }

  remove(table: TableName, id: string): void {
    this.#writes.set(`${table}/${id}`, [table, id, null])
  }

  /** Records that something happened; the object is frozen as it is now. */
  emit(type: Stripe.Event.Type, object: object, previousAttributes?: object): Stripe.EventBase {
    const event: Stripe.EventBase = {
      id: newId('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: this.now,
      data: {
        object: structuredClone(object),
        ...(previousAttributes && { previous_attributes: structuredClone(previousAttributes) }),
      },
      livemode: false,
      pending_webhooks: 1,
      request: { id: this.#origin.id, idempotency_key: this.#origin.idempotencyKey },
      type,
    }
    this.#events.push(event)
    return this.put('event', event)
  }

  schedule(kind: TaskKind, target: string, dueMs: number): void {
    const id = newId('task')
    this.put('task', { id, kind, target, dueMs })
  }

  /** Forgets the scheduled tasks of an object. */
  unschedule(target: string, kinds: readonly TaskKind[]): void {
    for (const task of this.all('task')) {
      if (task.target === target && kinds.includes(task.kind)) this.remove('task', task.id)
    }
  }

  commit(plan: (events: readonly Stripe.EventBase[]) => Tables['delivery'][]): void {
    for (const delivery of plan(this.#events)) this.put('delivery', delivery)
    this.#store.commit([...this.#writes.values()])
  }
}
