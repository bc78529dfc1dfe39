import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { BlobStore } from './blob-store.ts'
import type { ReceivedBlob } from './body-reader.ts'
import { readJson, writeJson } from './json-file.ts'
import { ChecksumRecord, type ObjectRecord, type ObjectStore, SegmentRecord } from './object-store.ts'
import { noSuchUpload } from './s3-error.ts'
import { createSerial } from './serial.ts'

/** R2's default lifecycle rule for uploads nobody completes. */
export const UPLOAD_LIFETIME_MS = 7 * 24 * 3_600_000

export const PartRecord = z.object({
  partNumber: z.int().min(1).max(10_000),
  etag: z.string(),
  modifiedMs: z.number(),
  segment: SegmentRecord,
  checksums: ChecksumRecord,
})
export type PartRecord = z.infer<typeof PartRecord>

const UploadHead = z.object({
  uploadId: z.uuid(),
  key: z.string(),
  startedMs: z.number(),
  headers: z.record(z.string(), z.string()),
})
type UploadHead = z.infer<typeof UploadHead>

export type Upload = UploadHead & { parts: Map<number, PartRecord> }

const HEAD_FILE = 'upload.json'

/** Multipart uploads in progress: a directory each, with one JSON file for the upload and one per part. */
export class MultipartStore {
  readonly #dir: string
  readonly #blobs: BlobStore
  readonly #serial = createSerial()
  readonly #now: () => number
  readonly #byId = new Map<string, Upload>()

  constructor(dataDir: string, blobs: BlobStore, now: () => number) {
    this.#dir = join(dataDir, 'uploads')
    this.#blobs = blobs
    this.#now = now
  }

  /** Reads the uploads back, and forgets those a crash left behind after their object was already complete. */
  async load(objects: ObjectStore): Promise<void> {
    await mkdir(this.#dir, { recursive: true })
    const completed = new Set(objects.all().flatMap((object) => object.segments.map(({ blobId }) => blobId)))
    for (const uploadId of await readdir(this.#dir)) {
      const dir = join(this.#dir, uploadId)
      const names = await readdir(dir)
      const upload = names.includes(HEAD_FILE) ? await this.#read(dir, names) : null
      const leftOver =
        upload === null || [...upload.parts.values()].some(({ segment }) => completed.has(segment.blobId))
      if (leftOver) await rm(dir, { recursive: true })
      else this.#byId.set(upload.uploadId, upload)
    }
    await this.dropExpired()
  }

  async create(key: string, headers: Record<string, string>): Promise<Upload> {
    const head: UploadHead = { uploadId: randomUUID(), key, startedMs: this.#now(), headers }
    await mkdir(join(this.#dir, head.uploadId))
    await writeJson(join(this.#dir, head.uploadId, HEAD_FILE), head)
    const upload = { ...head, parts: new Map<number, PartRecord>() }
    this.#byId.set(head.uploadId, upload)
    return upload
  }

  /** Throws NoSuchUpload also when the upload belongs to another key or is older than seven days. */
  get(uploadId: string, key: string): Upload {
    const upload = this.#byId.get(uploadId)
    if (!upload || upload.key !== key || this.#expired(upload)) throw noSuchUpload()
    return upload
  }

  /** Records a part whose blob is written; an earlier part of that number is replaced. */
  async addPart(uploadId: string, key: string, partNumber: number, received: ReceivedBlob): Promise<PartRecord> {
    const { segment, md5Hex: etag, checksums } = received
    return this.#serial(async () => {
      const part = { partNumber, etag, modifiedMs: this.#now(), segment, checksums }
      try {
        const upload = this.get(uploadId, key)
        await writeJson(join(this.#dir, uploadId, `part-${partNumber}.json`), part)
        const replaced = upload.parts.get(partNumber)
        upload.parts.set(partNumber, part)
        if (replaced) await this.#blobs.remove([replaced.segment])
      } catch (error) {
        await this.#blobs.remove([segment])
        throw error
      }
      return part
    })
  }

  /**
   * Runs `store` with the upload held still (no part can be replaced meanwhile), and closes it with the segments `store`
   * returns as kept. When `store` throws, the upload stays open.
   */
  async complete(
    uploadId: string,
    key: string,
    store: (upload: Upload) => Promise<ObjectRecord['segments']>,
  ): Promise<void> {
    await this.#serial(async () => {
      const upload = this.get(uploadId, key)
      await this.#close(upload, await store(upload))
    })
  }

  async abort(uploadId: string, key: string): Promise<void> {
    await this.#serial(async () => this.#close(this.get(uploadId, key), []))
  }

  all(): Upload[] {
    return [...this.#byId.values()].filter((upload) => !this.#expired(upload))
  }

  async dropExpired(): Promise<void> {
    for (const upload of [...this.#byId.values()]) {
      if (this.#expired(upload)) await this.#serial(() => this.#close(upload, []))
    }
  }

  #expired(upload: Upload): boolean {
    return this.#now() - upload.startedMs >= UPLOAD_LIFETIME_MS
  }

  /** Forgets the upload, then its parts' blobs but for those the completed object now owns. */
  async #close(upload: Upload, kept: ObjectRecord['segments']): Promise<void> {
    if (!this.#byId.delete(upload.uploadId)) return
    await rm(join(this.#dir, upload.uploadId), { recursive: true, force: true })
    const keptIds = new Set(kept.map(({ blobId }) => blobId))
    const unused = [...upload.parts.values()].map(({ segment }) => segment).filter(({ blobId }) => !keptIds.has(blobId))
    await this.#blobs.remove(unused)
  }

  async #read(dir: string, names: string[]): Promise<Upload> {
    const parts = new Map<number, PartRecord>()
    for (const name of names) {
      if (!/^part-\d+\.json$/.test(name)) continue
      const part = await readJson(join(dir, name), PartRecord)
      parts.set(part.partNumber, part)
    }
    return { ...(await readJson(join(dir, HEAD_FILE), UploadHead)), parts }
  }
}
