import type { D1Statement, LocalD1 } from '#lib/local/d1-over-http.ts'
import { placeJobs } from './place-jobs.ts'
import { type Column, readSchema, type Schema, type Table } from './read-schema.ts'

export type Value = string | number | null
type Values = readonly (readonly [string, Value])[]
export type Row = Record<string, Value>

/** How often a table without a story of its own is tried with other values before it must be given one. */
const TRIES = 300
const ROWS_PER_TABLE = 2

/** A database at some migration, and the ids that this population gave to its rows. */
export class Population {
  readonly d1: LocalD1
  readonly schema: Schema
  readonly mark: string
  readonly ids = new Map<string, string[]>()
  readonly #pending: D1Statement[] = []
  #count = 0
  #random = 1

  constructor(d1: LocalD1, schema: Schema, mark: string) {
    this.d1 = d1
    this.schema = schema
    this.mark = mark
  }

  has(table: string, column?: string): boolean {
    const found = this.schema.tables.get(table)
    return column ? (found?.columns.some(({ name }) => name === column) ?? false) : found !== undefined
  }

  id(prefix: string): string {
    this.#count += 1
    return `${prefix}_${this.mark}_${this.#count}`
  }

  /** Inserts a row at `flush`: what is known and exists in this version, and something for what else is required. */
  insert(tableName: string, known: Row): void {
    const table = this.schema.tables.get(tableName)
    if (!table) throw new Error(`There is no table ${tableName} yet`)
    const needed = table.columns.filter(({ required, hasDefault, name }) => name in known || (required && !hasDefault))
    this.#pending.push(
      this.#statement(
        table,
        needed.map((each) => [each.name, known[each.name] ?? this.#plain(table, each)]),
      ),
    )
  }

  run(sql: string): void {
    this.#pending.push(this.d1.prepare(sql))
  }

  /** Everything so far, as one transaction. */
  async flush(): Promise<void> {
    await this.d1.batch(this.#pending.splice(0))
  }

  /** Whether the database took this row. */
  async offer(table: Table, values: Values): Promise<boolean> {
    const statement = this.#statement(table, values)
    return statement.run().then(
      () => true,
      () => false,
    )
  }

  #statement(table: Table, values: Values): D1Statement {
    const names = values.map(([name]) => name)
    const id = values.find(([name]) => name === 'id')?.[1]
    if (typeof id === 'string') this.ids.set(table.name, [...(this.ids.get(table.name) ?? []), id])
    const text = `INSERT INTO ${table.name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
    return this.d1.prepare(text).bind(...values.map(([, value]) => value))
  }

  async emptyTables(): Promise<Table[]> {
    const tables = [...this.schema.tables.values()]
    const answers = await this.d1.batch(tables.map(({ name }) => this.d1.prepare(`SELECT 1 FROM ${name} LIMIT 1`)))
    return tables.filter((_, index) => answers[index]?.results.length === 0)
  }

  #plain(table: Table, column: Column): Value {
    const refersTo = table.references.get(column.name)
    if (refersTo) return this.ids.get(refersTo)?.[0] ?? null
    return column.type === 'text' ? this.id(column.name) : 1
  }

  /** Values at random among those that the table's rules may be about. */
  guess(table: Table): Values {
    return table.columns.map((column) => {
      const refersTo = table.references.get(column.name)
      const numbers = [1, 0, 100, 10_000, 5_242_880, 1_700_000_000_000]
      const texts = [this.id(column.name), ...table.literals, '["a"]', '{}']
      const own = column.inPrimaryKey && column.type === 'text' ? [this.id(column.name)] : texts
      const pool: Value[] = refersTo ? (this.ids.get(refersTo) ?? []) : column.type === 'text' ? own : numbers
      const value = this.#pick(pool) ?? null
      return [column.name, !column.required && this.#pick([true, false]) ? null : value] as const
    })
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    this.#random = (this.#random * 48_271) % 2_147_483_647
    return items[this.#random % Math.max(1, items.length)]
  }
}

/**
 * Puts rows into every table, as valid as the database demands at this migration: a wallet with money, jobs and runs in every state with
 * their holds and settlements, payments, and for every table that is still empty, also one that was added yesterday, what its rules let
 * through.
 */
export async function populate(d1: LocalD1, mark: string, leaveEmpty: readonly string[] = []): Promise<void> {
  const population = new Population(d1, await readSchema(d1), mark)
  placeJobs(population)
  await population.flush()
  for (let left = await wanted(); left.length > 0; ) {
    for (const table of left) await fill(population, table)
    const still = await wanted()
    if (still.length === left.length) throw new Error(`No row could be made for ${still.map(({ name }) => name)}`)
    left = still
  }

  async function wanted(): Promise<Table[]> {
    return (await population.emptyTables()).filter(({ name }) => !leaveEmpty.includes(name))
  }
}

async function fill(population: Population, table: Table): Promise<void> {
  for (let tries = 0, made = 0; tries < TRIES && made < ROWS_PER_TABLE; tries++) {
    if (await population.offer(table, population.guess(table))) made += 1
  }
}
