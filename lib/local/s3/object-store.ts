import { createHash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { BlobStore } from './blob-store.ts'
import { readJson, writeJson } from './json-file.ts'
import { createSerial } from './serial.ts'

export const SegmentRecord = z.object({ blobId: z.uuid(), bytes: z.int().nonnegative() })

export const ChecksumRecord = z.object({
  crc32: z.string().optional(),
  sha1: z.string().optional(),
  sha256: z.string().optional(),
})

export const ObjectRecord = z.object({
  key: z.string(),
  sizeBytes: z.int().nonnegative(),
  /** Without quotes. */
  etag: z.string(),
  modifiedMs: z.number(),
  /** Content-Type and its kind, and x-amz-meta-*, by lower-case name. */
  headers: z.record(z.string(), z.string()),
  checksums: ChecksumRecord,
  segments: z.array(SegmentRecord),
})
export type ObjectRecord = z.infer<typeof ObjectRecord>

/** The bucket's objects: an index in memory over one JSON file each, named by the hash of the key. */
export class ObjectStore {
  readonly #dir: string
  readonly #blobs: BlobStore
  readonly #serial = createSerial()
  readonly #byKey = new Map<string, ObjectRecord>()

  constructor(dataDir: string, blobs: BlobStore) {
    this.#dir = join(dataDir, 'objects')
    this.#blobs = blobs
  }

  async load(): Promise<void> {
    await mkdir(this.#dir, { recursive: true })
    for (const name of await readdir(this.#dir)) {
      const path = join(this.#dir, name)
      if (name.endsWith('.tmp')) await rm(path)
      else {
        const record = await readJson(path, ObjectRecord)
        this.#byKey.set(record.key, record)
      }
    }
  }

  get(key: string): ObjectRecord | undefined {
    return this.#byKey.get(key)
  }

  all(): ObjectRecord[] {
    return [...this.#byKey.values()]
  }

  /**
   * Stores a record whose blobs are already written. `check` sees what is stored at the moment of the write and may
   * throw; the old object then stays, and the new blobs remain the caller's.
   */
  async put(record: ObjectRecord, check: (current: ObjectRecord | undefined) => void): Promise<void> {
    await this.#serial(async () => {
      const current = this.#byKey.get(record.key)
      check(current)
      await writeJson(this.#path(record.key), record)
      this.#byKey.set(record.key, record)
      if (current) await this.#blobs.remove(current.segments)
    })
  }

  /** Deleting what is not there is no error, as in S3. */
  async delete(key: string): Promise<void> {
    await this.#serial(async () => {
      const current = this.#byKey.get(key)
      if (!current) return
      await rm(this.#path(key), { force: true })
      this.#byKey.delete(key)
      await this.#blobs.remove(current.segments)
    })
  }

  #path(key: string): string {
    return join(this.#dir, `${createHash('sha256').update(key).digest('hex')}.json`)
  }
}
