import { AppError } from '#lib/contracts/errors.ts'
import { MAX_PROJECT_BYTES, type ProjectDocument } from '#lib/contracts/project.ts'
import { openDocument } from '#lib/core/project/migrations.ts'

/**
 * A sent document as it is stored: of today's version, whole, of this asset, within bounds.
 * Throws AppError `invalid_request`, `limit_exceeded`.
 */
export function documentJson(sent: unknown, assetId: string): string {
  const opened = openDocument(sent)
  if ('problem' in opened) {
    throw new AppError('invalid_request', 'This is not a project that can be saved here.', { field: 'document' })
  }
  if (opened.document.asset_id !== assetId) {
    throw new AppError('invalid_request', 'A project stays with its video.', { field: 'document.asset_id' })
  }
  return storedJson(opened.document)
}

export function storedJson(document: ProjectDocument): string {
  const json = JSON.stringify(document)
  const bytes = new TextEncoder().encode(json).byteLength
  if (bytes > MAX_PROJECT_BYTES) {
    const message = `The project holds too much (${bytes} of ${MAX_PROJECT_BYTES} bytes): delete some keyframes or clips.`
    throw new AppError('limit_exceeded', message, { field: 'document' })
  }
  return json
}
