import { constants } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { AppError, invalidRequest } from '#lib/contracts/errors.ts'
import { TracksFile } from '#lib/contracts/tasks/track.ts'

/**
 * Unpacked: the longest text that can be parsed at once, 512 MiB. Two hours of thirty players at 25 frames a second, with boxes rounded to
 * hundredths of a pixel, come to 393 MiB; a gzip bomb to much more.
 */
const MAX_BYTES = constants.MAX_STRING_LENGTH
const GZIP_MAGIC = [0x1f, 0x8b] as const

/**
 * The tracks that came with a job, as plain JSON or gzip.
 * @throws AppError `missing_tracks` when there are none, `limit_exceeded` when they are longer than can be read, `invalid_request` when
 * the file is not a tracks file.
 */
export async function readTracks({
  tracksPath,
  signal,
}: Pick<TaskContext, 'tracksPath' | 'signal'>): Promise<TracksFile> {
  if (tracksPath === undefined) {
    const message = 'This needs the tracks of the video: run the track task first and pass its result.'
    throw new AppError('missing_tracks', message, { field: 'tracks_url' })
  }
  const text = await readText(tracksPath, signal)
  signal.throwIfAborted()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw badTracks('The tracks file is not JSON.', cause)
  }
  const parsed = TracksFile.safeParse(json)
  if (!parsed.success) throw badTracks(`The tracks file: ${invalidRequest(parsed.error).message}`, parsed.error)
  return parsed.data
}

async function readText(path: string, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    const stream = createReadStream(path, { signal, highWaterMark: 1 << 20 })
    const plain = (await isGzip(path)) ? stream.on('error', () => undefined).pipe(createGunzip()) : stream
    for await (const chunk of plain as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > MAX_BYTES) throw tooLong()
      chunks.push(chunk)
    }
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof AppError) throw cause
    throw badTracks('The tracks file cannot be read: it is damaged or cut off.', cause)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const head = new Uint8Array(GZIP_MAGIC.length)
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    return bytesRead === head.length && GZIP_MAGIC.every((byte, index) => head[index] === byte)
  } finally {
    await file.close()
  }
}

function tooLong(): AppError {
  const message = `The tracks file is longer than ${Math.ceil(MAX_BYTES / 2 ** 20)} MiB unpacked: track a shorter part of the video.`
  return new AppError('limit_exceeded', message, { field: 'tracks_url' })
}

function badTracks(message: string, cause?: unknown): AppError {
  return new AppError('invalid_request', message, { field: 'tracks_url', cause })
}
