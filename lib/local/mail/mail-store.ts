import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { Mail } from './mail.ts'

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS mails (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, mail TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS sends (key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, mail_id TEXT NOT NULL, at_ms INTEGER NOT NULL);
`
/** https://resend.com/docs/dashboard/emails/idempotency-keys: a key is remembered for a day. */
const KEY_LIFE_MS = 24 * 3600 * 1000

const MailRow = z.object({ mail: z.string() }).transform((row) => Mail.parse(JSON.parse(row.mail)))
const Send = z.object({ body_hash: z.string(), mail_id: z.string() })
export type IdempotentSend = { key: string; bodyHash: string }

/** The mails and the idempotency keys they were sent under, in one SQLite file that survives a kill. */
export class MailStore {
  #db: DatabaseSync

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true })
    this.#db = new DatabaseSync(join(dataDir, 'mail.sqlite'))
    try {
      this.#db.exec(SCHEMA)
    } catch (error) {
      this.#db.close()
      throw new Error(`cannot open ${dataDir}: does another server use it?`, { cause: error })
    }
  }

  /** Stores the mail and, in the same transaction, the key it came under. */
  insert(mail: Mail, send: IdempotentSend | undefined, nowMs: number): void {
    this.#db.exec('BEGIN')
    this.#db.prepare('INSERT INTO mails (id, mail) VALUES (?, ?)').run(mail.id, JSON.stringify(mail))
    if (send !== undefined) {
      this.#db
        .prepare('INSERT OR REPLACE INTO sends (key, body_hash, mail_id, at_ms) VALUES (?, ?, ?, ?)')
        .run(send.key, send.bodyHash, mail.id, nowMs)
    }
    this.#db.exec('COMMIT')
  }

  findSend(key: string, nowMs: number): { bodyHash: string; mailId: string } | undefined {
    const row = this.#db
      .prepare('SELECT body_hash, mail_id FROM sends WHERE key = ? AND at_ms > ?')
      .get(key, nowMs - KEY_LIFE_MS)
    if (row === undefined) return undefined
    const send = Send.parse(row)
    return { bodyHash: send.body_hash, mailId: send.mail_id }
  }

  /** Newest first. */
  list(): Mail[] {
    return z.array(MailRow).parse(this.#db.prepare('SELECT mail FROM mails ORDER BY seq DESC').all())
  }

  find(id: string): Mail | undefined {
    const row = this.#db.prepare('SELECT mail FROM mails WHERE id = ?').get(id)
    return row === undefined ? undefined : MailRow.parse(row)
  }

  clear(): void {
    this.#db.exec('BEGIN; DELETE FROM mails; DELETE FROM sends; COMMIT')
  }

  close(): void {
    this.#db.close()
  }
}
