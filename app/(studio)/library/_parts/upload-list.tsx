'use client'

import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import type { Uploader, UploadItem } from '#app/_components/upload/uploader-types.ts'
import { UploadRow } from './upload-row.tsx'

export function UploadList({ uploader }: { uploader: Uploader }) {
  const { uploads } = uploader
  if (uploads.length === 0) return null
  return (
    <section aria-labelledby="uploads" className="mb-8 rounded-xl border border-line bg-surface">
      <h2 id="uploads" className="px-5 pt-4 text-sm font-semibold text-muted">
        Uploads
      </h2>
      <LiveRegion>{announce(uploads)}</LiveRegion>
      <ul>
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} actions={uploader} />
        ))}
      </ul>
    </section>
  )
}

/** Spoken in steps of a quarter, so that progress is heard but does not chatter. */
function announce(uploads: readonly UploadItem[]): string {
  return uploads
    .map((u) => {
      const quarter = Math.floor((u.sentBytes / Math.max(1, u.bytes)) * 4) * 25
      return u.state === 'uploading' ? `${u.fileName}: ${quarter} % uploaded` : `${u.fileName}: ${u.state}`
    })
    .join('. ')
}
