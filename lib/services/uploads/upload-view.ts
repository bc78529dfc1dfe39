import type { uploads } from '#db/schema/uploads.ts'
import type { AssetList, UploadView } from '#lib/contracts/api/uploads.ts'
import { partsTotal } from '#lib/core/uploads/plan-parts.ts'
import type { StoredPart } from '#lib/providers/storage/port.ts'
import type { AssetRow } from './asset-view.ts'

export type UploadRow = typeof uploads.$inferSelect

export interface UploadRecord {
  upload: UploadRow
  asset: AssetRow
}

export function openUploadView({ upload, asset }: UploadRecord): AssetList['open_uploads'][number] {
  return {
    upload_id: upload.id,
    asset_id: asset.id,
    file_name: asset.fileName,
    bytes: upload.bytes,
    part_bytes: upload.partBytes,
    parts_total: partsTotal(upload.bytes, upload.partBytes),
    expires_at_ms: upload.expiresAtMs,
  }
}

export function uploadView(record: UploadRecord, parts: readonly StoredPart[], resumed: boolean): UploadView {
  return {
    ...openUploadView(record),
    uploaded_parts: parts.map((part) => ({ part_number: part.partNumber, bytes: part.bytes, etag: part.etag })),
    resumed,
  }
}
