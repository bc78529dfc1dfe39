import type { UploadView } from '#lib/contracts/api/uploads.ts'
import { partRange } from '#lib/core/uploads/plan-parts.ts'
import { PartUrls } from './part-urls.ts'
import { type Patience, persevere } from './patience.ts'
import type { SendPart } from './send-part.ts'
import type { Slots } from './slots.ts'
import type { SentPart, UploadApi } from './upload-api.ts'

/** Parts in flight at once, over all files of a tab. */
export const PARALLEL_PARTS = 4

export interface SendFile {
  file: Blob
  upload: UploadView
  api: UploadApi
  send: SendPart
  slots: Slots
  patience: Patience
  signal: AbortSignal
  /** Total bytes the store has or is receiving. */
  onProgress: (sentBytes: number) => void
}

/**
 * Sends the parts the store does not have yet and answers all of them. Each part is retried by itself; one that cannot be sent stops the
 * others. Throws AppError, `PartRefused`, or the signal's reason.
 */
export async function sendFile(task: SendFile): Promise<SentPart[]> {
  const { upload, file, signal } = task
  const stored = storedParts(upload)
  const numbers = Array.from({ length: upload.parts_total }, (_, index) => index + 1)
  const missing = numbers.filter((number) => !stored.has(number))
  const progress = trackProgress(task, [...stored.keys()])
  const urls = new PartUrls(task.api, upload.upload_id, missing)
  const failed = new AbortController()
  const stop = AbortSignal.any([signal, failed.signal])
  const queue = missing.values()
  const sendNext = async () => {
    for (const number of queue) {
      const { start, end } = partRange(number, upload.bytes, upload.part_bytes)
      const part = { number, body: file.slice(start, end) }
      const onProgress = (sentBytes: number) => progress(number, sentBytes)
      stored.set(number, await sendOne({ ...task, signal: stop, onProgress }, urls, part))
      progress(number, part.body.size)
    }
  }
  const lanes = Array.from({ length: PARALLEL_PARTS }, () =>
    sendNext().catch((error: unknown) => {
      failed.abort(error)
      throw error
    }),
  )
  const outcomes = await Promise.allSettled(lanes)
  signal.throwIfAborted()
  // The first failure aborted the others, which then failed of that.
  if (outcomes.some((outcome) => outcome.status === 'rejected')) throw failed.signal.reason
  return numbers.map((number) => ({ part_number: number, etag: stored.get(number) ?? '' }))
}

async function sendOne(
  { send, slots, signal, patience, onProgress }: SendFile,
  urls: PartUrls,
  { number, body }: { number: number; body: Blob },
): Promise<string> {
  return await persevere({ signal, patience }, async () => {
    const url = await urls.get(number)
    try {
      return await slots.run(signal, () => send({ url, body, signal, onProgress }))
    } catch (error) {
      urls.drop(number)
      onProgress(0)
      throw error
    }
  })
}

/** ETags by part number; a part of another size than planned does not count. */
function storedParts(upload: UploadView): Map<number, string> {
  const whole = upload.uploaded_parts.filter((part) => {
    const { start, end } = partRange(part.part_number, upload.bytes, upload.part_bytes)
    return part.bytes === end - start
  })
  return new Map(whole.map((part) => [part.part_number, part.etag]))
}

function trackProgress({ upload, onProgress }: SendFile, storedNumbers: readonly number[]) {
  const sent = new Map(
    storedNumbers.map((number) => {
      const { start, end } = partRange(number, upload.bytes, upload.part_bytes)
      return [number, end - start]
    }),
  )
  const report = () => onProgress(sent.values().reduce((sum, bytes) => sum + bytes, 0))
  report()
  return (number: number, bytes: number) => {
    sent.set(number, bytes)
    report()
  }
}
