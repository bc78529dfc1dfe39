import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Db, makeDb } from '#db/client.ts'
import { type LocalD1, openLocalD1 } from './d1-over-http.ts'

const root = join(import.meta.dirname, '..', '..')

export interface TestDb {
  db: Db
  d1: LocalD1
  close(): Promise<void>
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
  const d1 = await openLocalD1()
  await d1.batch((await migrationStatements()).map((statement) => d1.prepare(statement)))
  return { db: makeDb(d1 as unknown as Parameters<typeof makeDb>[0]), d1, close: () => d1.close() }
}
