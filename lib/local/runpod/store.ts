import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { type Job, JobRequest, JobState } from './job.ts'

const Row = z.object({ request: z.string(), state: z.string() })
const OffsetRow = z.object({ offset_ms: z.number() })

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS jobs (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, request TEXT NOT NULL, state TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), offset_ms INTEGER NOT NULL);
`

/**
 * Jobs on disk. SQLite in WAL mode survives a kill at any instant; the exclusive lock refuses a second server on the same folder.
 * A request can be 10 MB and is written once, the state is small and is written at every change.
 */
export class JobStore {
  #db: DatabaseSync

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true })
    this.#db = new DatabaseSync(join(dataDir, 'runpod.sqlite'))
    this.#open(dataDir)
  }

  #open(dataDir: string): void {
    try {
      this.#db.exec(SCHEMA)
    } catch (error) {
      this.#db.close()
      throw new Error(`cannot open ${dataDir}: does another server use it?`, { cause: error })
    }
  }

  /** All jobs, oldest first. */
  load(): Job[] {
    const rows = z.array(Row).parse(this.#db.prepare('SELECT request, state FROM jobs ORDER BY seq').all())
    return rows.map((row) => ({
      request: JobRequest.parse(JSON.parse(row.request)),
      state: JobState.parse(JSON.parse(row.state)),
    }))
  }

  insert({ request, state }: Job): void {
    this.#db
      .prepare('INSERT INTO jobs (id, request, state) VALUES (?, ?, ?)')
      .run(request.id, JSON.stringify(request), JSON.stringify(state))
  }

  update({ request, state }: Job): void {
    this.#db.prepare('UPDATE jobs SET state = ? WHERE id = ?').run(JSON.stringify(state), request.id)
  }

  remove(jobId: string): void {
    this.#db.prepare('DELETE FROM jobs WHERE id = ?').run(jobId)
  }

  loadClockOffsetMs(): number {
    const row = this.#db.prepare('SELECT offset_ms FROM clock').get()
    return row === undefined ? 0 : OffsetRow.parse(row).offset_ms
  }

  saveClockOffsetMs(offsetMs: number): void {
    this.#db.prepare('INSERT OR REPLACE INTO clock (id, offset_ms) VALUES (1, ?)').run(offsetMs)
  }

  close(): void {
    this.#db.close()
  }
}
