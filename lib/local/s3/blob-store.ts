import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A run of bytes in one file; an object is a list of them (one per part). */
export type Segment = { blobId: string; bytes: number }

/** Half-open range of bytes. */
export type ByteRange = { start: number; end: number }

/**
 * Immutable files of bytes named by random ids, never by anything a client sent. A blob exists only once it is whole:
 * it is written under partial/ and renamed. One that is being read is deleted when its last reader is done.
 */
export class BlobStore {
  readonly #partialDir: string
  readonly #blobDir: string
  readonly #readers = new Map<string, number>()
  readonly #doomed = new Set<string>()

  constructor(dataDir: string) {
    this.#partialDir = join(dataDir, 'partial')
    this.#blobDir = join(dataDir, 'blobs')
  }

  /** Drops what an earlier process left half-written. */
  async prepare(): Promise<void> {
    await rm(this.#partialDir, { recursive: true, force: true })
    await mkdir(this.#partialDir, { recursive: true })
    await mkdir(this.#blobDir, { recursive: true })
  }

  async create(): Promise<BlobWriter> {
    const blobId = randomUUID()
    const tmpPath = join(this.#partialDir, blobId)
    return new BlobWriter(blobId, tmpPath, join(this.#blobDir, blobId), await open(tmpPath, 'wx'))
  }

  /** A second name for the same bytes, so that either can be removed alone. */
  async duplicate(segments: readonly Segment[]): Promise<Segment[]> {
    const copies = segments.map(({ bytes }) => ({ blobId: randomUUID(), bytes }))
    try {
      for (const [index, { blobId }] of copies.entries()) {
        await link(join(this.#blobDir, segments[index]?.blobId ?? ''), join(this.#blobDir, blobId))
      }
      return copies
    } catch (error) {
      await this.remove(copies)
      throw error
    }
  }

  /** Yields the bytes of a range over consecutive segments. The segments stay readable until the generator ends. */
  async *read(segments: readonly Segment[], range: ByteRange): AsyncGenerator<Buffer, void, undefined> {
    const blobIds = segments.map(({ blobId }) => blobId)
    for (const blobId of blobIds) this.#readers.set(blobId, (this.#readers.get(blobId) ?? 0) + 1)
    try {
      let offset = 0
      for (const { blobId, bytes } of segments) {
        const start = Math.max(range.start - offset, 0)
        const end = Math.min(range.end - offset, bytes)
        offset += bytes
        if (start < end)
          yield* createReadStream(join(this.#blobDir, blobId), { start, end: end - 1, highWaterMark: 1 << 18 })
      }
    } finally {
      await this.#release(blobIds)
    }
  }

  async remove(segments: readonly Segment[]): Promise<void> {
    for (const { blobId } of segments) {
      if (this.#readers.has(blobId)) this.#doomed.add(blobId)
      else await rm(join(this.#blobDir, blobId), { force: true })
    }
  }

  /** Removes every blob nothing refers to: what a crash left between writing a blob and recording it. */
  async sweep(live: ReadonlySet<string>): Promise<void> {
    for (const blobId of await readdir(this.#blobDir)) {
      if (!live.has(blobId)) await rm(join(this.#blobDir, blobId), { force: true })
    }
  }

  async #release(blobIds: string[]): Promise<void> {
    for (const blobId of blobIds) {
      const readers = (this.#readers.get(blobId) ?? 1) - 1
      if (readers > 0) {
        this.#readers.set(blobId, readers)
        continue
      }
      this.#readers.delete(blobId)
      if (this.#doomed.delete(blobId)) await rm(join(this.#blobDir, blobId), { force: true })
    }
  }
}

export class BlobWriter {
  readonly #blobId: string
  readonly #tmpPath: string
  readonly #path: string
  readonly #file: FileHandle
  #bytes = 0

  constructor(blobId: string, tmpPath: string, path: string, file: FileHandle) {
    this.#blobId = blobId
    this.#tmpPath = tmpPath
    this.#path = path
    this.#file = file
  }

  async append(bytes: Buffer): Promise<void> {
    await this.#file.appendFile(bytes)
    this.#bytes += bytes.length
  }

  async commit(): Promise<Segment> {
    await this.#file.close()
    await rename(this.#tmpPath, this.#path)
    return { blobId: this.#blobId, bytes: this.#bytes }
  }

  async discard(): Promise<void> {
    await this.#file.close()
    await rm(this.#tmpPath, { force: true })
  }
}
