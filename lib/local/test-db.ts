import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getPlatformProxy } from 'wrangler'
import { type Db, makeDb } from '#db/client.ts'

const root = join(import.meta.dirname, '..', '..')

export interface TestDb {
  db: Db
  d1: D1Binding
  close(): Promise<void>
}

type D1Binding = Parameters<typeof makeDb>[0] & {
  prepare(sql: string): { run(): Promise<unknown>; all<Row = Record<string, unknown>>(): Promise<{ results: Row[] }> }
}

/** The statements of every migration, in order. */
export async function migrationStatements(): Promise<string[]> {
  const folder = join(root, 'migrations')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => text.split('--> statement-breakpoint')).filter((statement) => statement.trim() !== '')
}

/** A real D1 (workerd, in memory) with every migration applied. Close it when the test file ends. */
export async function openTestDb(): Promise<TestDb> {
  const proxy = await getPlatformProxy<{ DB: D1Binding }>({ configPath: join(root, 'wrangler.toml'), persist: false })
  const d1 = proxy.env.DB
  for (const statement of await migrationStatements()) await d1.prepare(statement).run()
  return { db: makeDb(d1), d1, close: () => proxy.dispose() }
}
