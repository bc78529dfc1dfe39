import type { AssetView, UploadView } from '#lib/contracts/api/uploads.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { fingerprintFile } from './fingerprint-file.ts'
import { persevere } from './patience.ts'
import { type SendFile, sendFile } from './send-file.ts'

export interface UploadOne extends Omit<SendFile, 'upload' | 'file'> {
  file: File
  onOpened: (upload: UploadView) => void
  onConfirming: () => void
}

/**
 * Brings one file to the server, from wherever an earlier try got to: the server knows which parts it has. Also what resuming after a
 * pause or a reload does. Throws AppError or the signal's reason.
 */
export async function uploadOne(task: UploadOne): Promise<AssetView> {
  const { file, api, signal } = task
  const request = {
    file_name: file.name,
    bytes: file.size,
    content_type: file.type || 'application/octet-stream',
    fingerprint: await fingerprintFile(file),
  }
  let repeated = false
  for (;;) {
    const upload = await persevere(task, () => api.create(request))
    // Told even when nobody waits any more: what was opened may have to be closed.
    task.onOpened(upload)
    signal.throwIfAborted()
    const parts = await sendFile({ ...task, upload })
    task.onConfirming()
    try {
      return await persevere(task, () => api.complete(upload.upload_id, parts))
    } catch (error) {
      // The store lost a part that it had confirmed: look once more what is missing.
      const missing = error instanceof AppError && error.code === 'upload_incomplete'
      if (!missing || repeated) throw error
      repeated = true
    }
  }
}
