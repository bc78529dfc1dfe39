import { type Db, makeDb } from '#db/client.ts'
import type { Turns } from './turns.ts'

/** What befalls a server at one of its requests to the database. */
export interface Fate {
  /** Which request, from 1. */
  request: number
  /** `before`: it never arrives. `after`: it is applied, but nobody is told. */
  when: 'before' | 'after'
  /** Whether the server dies of it, or only hears that the connection was lost. */
  dies: boolean
}

/** The server is gone: none of its further steps happens. */
export class Death extends Error {}

/** Nobody knows whether the request was applied. */
export class ConnectionLost extends Error {}

interface Statement {
  bind(...params: unknown[]): Statement
  all(): Promise<unknown>
  run(): Promise<unknown>
  raw(): Promise<unknown>
}

interface D1 {
  prepare(sql: string): Statement
  batch(statements: readonly Statement[]): Promise<unknown>
}

/** The same database as one server sees it that takes turns with others and that this fate befalls. */
export function failingDb(db: Db, turns: Turns, fate: Fate | null): Db {
  const d1 = (db as unknown as { $client: D1 }).$client
  const inner = new WeakMap<Statement, Statement>()
  const server = { requests: 0, isDead: false }

  async function pass(request: () => Promise<unknown>): Promise<unknown> {
    if (server.isDead) throw new Death('this server died before')
    return await turns.take(async () => {
      server.requests += 1
      const strikes = fate?.request === server.requests
      if (!fate || !strikes) return await request()
      if (fate.when === 'after') await request()
      server.isDead = fate.dies
      throw fate.dies ? new Death('this server dies') : new ConnectionLost('Network connection lost.')
    })
  }

  function wrap(statement: Statement): Statement {
    const wrapped: Statement = {
      bind: (...params) => wrap(statement.bind(...params)),
      all: () => pass(() => statement.all()),
      run: () => pass(() => statement.run()),
      raw: () => pass(() => statement.raw()),
    }
    inner.set(wrapped, statement)
    return wrapped
  }

  const failing: D1 = {
    prepare: (sql) => wrap(d1.prepare(sql)),
    batch: (statements) => pass(() => d1.batch(statements.map((statement) => inner.get(statement) ?? statement))),
  }
  return makeDb(failing as unknown as Parameters<typeof makeDb>[0])
}

/** The error, or one that it was caused by, of this kind. */
export function causedBy(error: unknown, kind: new (...args: never[]) => Error): boolean {
  if (error instanceof kind) return true
  return error instanceof Error && error.cause !== undefined && causedBy(error.cause, kind)
}
