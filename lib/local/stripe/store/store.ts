import { Journal } from './journal.ts'
import { type Change, TABLE_NAMES, type TableName, type Tables } from './tables.ts'

const EVENT_LIFE_MS = 30 * 24 * 3600_000
const IDEMPOTENCY_LIFE_MS = 24 * 3600_000

type Rows = { [T in TableName]: Map<string, Tables[T]> }

/** All state: tables in memory, every committed change in the journal. Records come out as they are: copy before changing. */
export class Store {
  readonly #rows: Rows
  readonly #journal: Journal

  private constructor(rows: Rows, journal: Journal) {
    this.#rows = rows
    this.#journal = journal
  }

  /** Loads the state of a folder; drops events older than 30 days and idempotency keys older than 24 hours, as Stripe does. */
  static open(dataDir: string, nowMs: number): Store {
    const rows = emptyRows()
    const journal = Journal.open(dataDir, (changes) => {
      for (const change of changes) apply(rows, change)
    })
    const store = new Store(rows, journal)
    store.#prune(nowMs)
    journal.compact(store.#snapshot())
    return store
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.#rows[table].get(id)
  }

  /** Records in the order in which they were first stored. */
  all<T extends TableName>(table: T): Tables[T][] {
    return [...this.#rows[table].values()]
  }

  /** Makes changes durable, then visible; all of them or none. */
  commit(changes: readonly Change[]): void {
    if (changes.length === 0) return
    this.#journal.append(changes)
    for (const change of changes) apply(this.#rows, change)
  }

  close(): void {
    this.#journal.close()
  }

  #prune(nowMs: number): void {
    for (const event of this.all('event')) {
      if (event.created * 1000 < nowMs - EVENT_LIFE_MS) this.#rows.event.delete(event.id)
    }
    for (const delivery of this.all('delivery')) {
      if (!this.#rows.event.has(delivery.event)) this.#rows.delivery.delete(delivery.id)
    }
    for (const result of this.all('idempotency')) {
      if (result.createdMs < nowMs - IDEMPOTENCY_LIFE_MS) this.#rows.idempotency.delete(result.id)
    }
  }

  #snapshot(): Change[] {
    return TABLE_NAMES.flatMap((table) => this.all(table).map((record) => [table, record.id, record] as Change))
  }
}

function emptyRows(): Rows {
  return Object.fromEntries(TABLE_NAMES.map((table) => [table, new Map()])) as unknown as Rows
}

function apply(rows: Rows, [table, id, record]: Change): void {
  const target: Map<string, unknown> = rows[table]
  if (record === null) target.delete(id)
  else target.set(id, record)
}
