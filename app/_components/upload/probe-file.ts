import { MAX_UPLOAD_BYTES } from '#lib/contracts/api/uploads.ts'
import type { ErrorBody } from '#lib/contracts/errors.ts'
import { readContainer } from '#lib/core/media-headers/read-container.ts'

const GIB = 1024 ** 3

/**
 * Why a file would be refused once it is uploaded; null when nothing speaks against it. The server judges the stored object for itself,
 * by the same code: this only saves people the time of sending what cannot work.
 */
export async function probeFile(file: File): Promise<ErrorBody | null> {
  if (file.size === 0) return { code: 'corrupt_media', message: 'This file is empty.' }
  if (file.size > MAX_UPLOAD_BYTES) {
    return { code: 'file_too_large', message: `Files may be up to ${MAX_UPLOAD_BYTES / GIB} GB.` }
  }
  const read = async (start: number, end: number) => new Uint8Array(await file.slice(start, end).arrayBuffer())
  const { problem } = await readContainer({ bytes: file.size, read })
  return problem
}
