import { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'
import { AssetList, AssetView, type CreateUpload, SignedParts, UploadView } from '#lib/contracts/api/uploads.ts'

export interface SentPart {
  part_number: number
  etag: string
}

/** What the engine asks of the server. All throw AppError. */
export interface UploadApi {
  /** Opens an upload, or finds the unfinished one of the same file with the parts that arrived. */
  create(request: CreateUpload): Promise<UploadView>
  /** An open upload with the parts that arrived. */
  get(uploadId: string): Promise<UploadView>
  signParts(uploadId: string, partNumbers: readonly number[]): Promise<SignedParts>
  complete(uploadId: string, parts: readonly SentPart[]): Promise<AssetView>
  abort(uploadId: string): Promise<void>
  listOpen(): Promise<AssetList['open_uploads']>
}

const pathOf = (uploadId: string) => `/api/uploads/${encodeURIComponent(uploadId)}`

export const uploadApi: UploadApi = {
  create: (request) => callApi('POST', '/api/uploads', UploadView, request),
  get: (uploadId) => callApi('GET', pathOf(uploadId), UploadView),
  signParts: (uploadId, partNumbers) =>
    callApi('POST', `${pathOf(uploadId)}/parts`, SignedParts, { part_numbers: partNumbers }),
  complete: (uploadId, parts) => callApi('POST', `${pathOf(uploadId)}/complete`, AssetView, { parts }),
  async abort(uploadId) {
    await callApi('DELETE', pathOf(uploadId), z.null())
  },
  listOpen: async () => (await callApi('GET', '/api/assets', AssetList)).open_uploads,
}
