import { createRequire } from 'node:module'

/**
 * A local D1 (workerd, in memory) and a client for it that needs one request per query or batch. The proxy that wrangler offers to Node
 * asks workerd once per `prepare` and once per `bind` as well, and waits for each: the long suites would spend nine tenths of their time there.
 * The worker below runs what it is sent on the real binding, so statements, batches and refusals are D1's own.
 */
const GATEWAY = `export default {
  async fetch(request, env) {
    const { mode, statements } = await request.json()
    const prepared = statements.map(({ sql, params }) => env.DB.prepare(sql).bind(...params))
    try {
      if (mode === 'batch') return Response.json({ ok: await env.DB.batch(prepared) })
      if (mode === 'raw') return Response.json({ ok: await prepared[0].raw() })
      return Response.json({ ok: await prepared[0].all() })
    } catch (error) {
      return Response.json({ error: error.message })
    }
  },
}`

type Param = string | number | boolean | null

export interface D1Meta {
  rows_read: number
  rows_written: number
  changes: number
  duration: number
}

export interface D1Rows<Row = Record<string, unknown>> {
  success: boolean
  results: Row[]
  meta: D1Meta
}

interface Query {
  sql: string
  params: readonly Param[]
}

type Send = <Answer>(mode: 'batch' | 'all' | 'raw', statements: readonly Query[]) => Promise<Answer>

/** The part of a D1 statement that the project uses (https://developers.cloudflare.com/d1/worker-api/prepared-statements/). */
export class D1Statement implements Query {
  readonly sql: string
  readonly params: readonly Param[]
  readonly #send: Send

  constructor(send: Send, sql: string, params: readonly Param[] = []) {
    this.#send = send
    this.sql = sql
    this.params = params
  }

  /** Throws TypeError for what JSON, or D1 itself, cannot carry. */
  bind(...params: unknown[]): D1Statement {
    return new D1Statement(this.#send, this.sql, params.map(parseParam))
  }

  all<Row = Record<string, unknown>>(): Promise<D1Rows<Row>> {
    return this.#send('all', [this])
  }

  run<Row = Record<string, unknown>>(): Promise<D1Rows<Row>> {
    return this.#send('all', [this])
  }

  raw<Row = unknown[]>(): Promise<Row[]> {
    return this.#send('raw', [this])
  }
}

function parseParam(value: unknown): Param {
  const isCarried = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  if (!isCarried) throw new TypeError(`D1_TYPE_ERROR: ${typeof value} is not supported as a parameter`)
  return value as Param
}

export interface LocalD1 {
  prepare(sql: string): D1Statement
  /** One atomic transaction. */
  batch<Row = Record<string, unknown>>(statements: readonly D1Statement[]): Promise<D1Rows<Row>[]>
  close(): Promise<void>
}

interface Workerd {
  ready: Promise<URL>
  dispose(): Promise<void>
}

/** The workerd that wrangler brings, as its own package would start it. */
function startWorkerd(): Workerd {
  const ofWrangler = createRequire(createRequire(import.meta.url).resolve('wrangler/package.json'))
  const { Miniflare, convertV4MiniflareOptions } = ofWrangler('miniflare') as {
    Miniflare: new (options: unknown) => Workerd
    convertV4MiniflareOptions: (options: object) => unknown
  }
  const database = { d1Databases: { DB: 'local' }, d1Persist: false }
  const options = { modules: true, script: GATEWAY, compatibilityDate: '2026-10-01', ...database }
  return new Miniflare(convertV4MiniflareOptions(options))
}

/** Compressing answers for the way across one machine would cost more than making them. */
const UNCOMPRESSED = { 'accept-encoding': 'identity' }

/** An empty database of its own. Close it. */
export async function openLocalD1(): Promise<LocalD1> {
  const workerd = startWorkerd()
  const url = await workerd.ready
  const send: Send = async (mode, statements) => {
    const queries = statements.map(({ sql, params }) => ({ sql, params }))
    const body = JSON.stringify({ mode, statements: queries })
    const response = await fetch(url, { method: 'POST', headers: UNCOMPRESSED, body })
    const answer = (await response.json()) as { ok: never } | { error: string }
    if ('error' in answer) throw new Error(answer.error)
    return answer.ok
  }
  return {
    prepare: (sql) => new D1Statement(send, sql),
    batch: (statements) => send('batch', statements),
    close: () => workerd.dispose(),
  }
}
