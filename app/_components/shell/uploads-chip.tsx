'use client'

import Link from 'next/link'
import { useUploader } from '#app/_components/upload/use-uploader.ts'

/** Uploads go on whatever page is open; this says how far they are. Nothing when nothing moves. */
export function UploadsChip() {
  const moving = useUploader().uploads.filter((upload) => upload.state === 'uploading')
  if (moving.length === 0) return null
  const total = moving.reduce((sum, upload) => sum + upload.bytes, 0)
  const sent = moving.reduce((sum, upload) => sum + upload.sentBytes, 0)
  return (
    <Link
      href="/library"
      className="tabular flex h-9 items-center gap-2 rounded-md bg-sky-wash px-3 text-sm font-semibold text-sky"
    >
      <span aria-hidden className="size-2 animate-pulse-dot rounded-full bg-current" />
      Uploading {Math.floor((sent / Math.max(1, total)) * 100)} %
    </Link>
  )
}
