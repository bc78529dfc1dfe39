import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Change } from './tables.ts'

const JOURNAL = 'stripe.journal.jsonl'

/**
 * An append-only journal: one line of JSON for each committed transaction, so a transaction is on disk whole or not at all.
 * A process killed while writing leaves a torn last line, which the next start drops.
 */
export class Journal {
  readonly #path: string
  #descriptor: number
  #closed = false

  private constructor(path: string, descriptor: number) {
    this.#path = path
    this.#descriptor = descriptor
  }

  /** Opens the journal of a folder (made when absent) and hands every committed transaction to `replay`, oldest first. */
  static open(dataDir: string, replay: (changes: Change[]) => void): Journal {
    mkdirSync(dataDir, { recursive: true })
    const path = join(dataDir, JOURNAL)
    for (const line of readLines(path)) replay(line)
    return new Journal(path, openSync(path, 'a'))
  }

  append(changes: readonly Change[]): void {
    // A closed descriptor's number may belong to another file by now.
    if (this.#closed) throw new Error('The journal is closed.')
    writeSync(this.#descriptor, `${JSON.stringify(changes)}\n`)
  }

  /** Replaces the history by one transaction holding the present state; atomic, because a rename is. */
  compact(changes: readonly Change[]): void {
    const draft = `${this.#path}.draft`
    const descriptor = openSync(draft, 'w')
    writeSync(descriptor, `${JSON.stringify(changes)}\n`)
    fsyncSync(descriptor)
    renameSync(draft, this.#path)
    closeSync(this.#descriptor)
    this.#descriptor = descriptor
  }

  close(): void {
    this.#closed = true
    fsyncSync(this.#descriptor)
    closeSync(this.#descriptor)
  }
}

function readLines(path: string): Change[][] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  const lines = text.split('\n')
  lines.pop() // after the last newline: empty, or a line torn by a crash
  return lines.map((line) => JSON.parse(line) as Change[])
}
