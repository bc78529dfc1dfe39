import { AppError } from '#lib/contracts/errors.ts'
import { UnusableData } from '#lib/core/products/read-data.ts'
import type { Ctx } from '#lib/services/context.ts'

/** One range read; with what is unpacked from it, a small part of the memory a Worker has (128 MB). */
const RANGE_BYTES = 4 * 1024 ** 2
/** The worker takes back no tracks file larger than this, packed or unpacked. */
export const MAX_DATA_BYTES = 128 * 1024 ** 2
const MAX_TEXT_CHARACTERS = 512 * 1024 ** 2
/** Files up to this are hashed, too; of larger ones every value is read, and the store's ETag pins the bytes. */
const HASHED_BYTES = RANGE_BYTES
const READ_TIMEOUT_MS = 60_000

interface DataObject {
  key: string
  etag: string
  bytes: number
  /** As the worker reported it. */
  sha256: string
}

/**
 * The text of a gzip object, range by range, never held as a whole. Throws UnusableData when it is no gzip, unpacks to more than anyone
 * reads back, or is not what the hash says; AppError `unavailable`, `input_changed`.
 */
export async function* readDataObject(ctx: Ctx, object: DataObject): AsyncGenerator<string> {
  const packed = rangesOf(ctx, object)
  const text = packed
    .pipeThrough(new DecompressionStream('gzip'))
    .pipeThrough(new TextDecoderStream('utf-8', { fatal: true }))
  const reader = text.getReader()
  let characters = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(explain)
      if (done) return
      characters += value.length
      if (characters > MAX_TEXT_CHARACTERS) throw new UnusableData('it unpacks to more than can be read back')
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function explain(error: unknown): never {
  if (error instanceof AppError || error instanceof UnusableData) throw error
  throw new UnusableData('it is no gzip, or ends early', { cause: error })
}

function rangesOf(ctx: Ctx, { key, etag, bytes, sha256 }: DataObject): ReadableStream<BufferSource> {
  const signal = AbortSignal.timeout(READ_TIMEOUT_MS)
  let start = 0
  return new ReadableStream<BufferSource>(
    {
      async pull(controller) {
        const end = Math.min(bytes, start + RANGE_BYTES)
        const range = new Uint8Array(await ctx.storage.readRange(key, { start, end, etag, signal }))
        if (bytes <= HASHED_BYTES && (await sha256Of(range)) !== sha256)
          throw new UnusableData('its bytes are not those the worker reported')
        controller.enqueue(range)
        start = end
        if (start >= bytes) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
