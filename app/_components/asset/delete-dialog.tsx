'use client'

import { useState } from 'react'
import { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'
import { assetPath } from '#app/_components/data/use-asset.ts'
import { formatBytes } from '#app/_components/format/format-bytes.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import type { AssetView } from '#lib/contracts/api/uploads.ts'

export function DeleteDialog({
  asset,
  open,
  onOpenChange,
  onDone,
}: {
  asset: AssetView
  open: boolean
  onOpenChange: (open: boolean) => void
  onDone: () => void
}) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const remove = async () => {
    setBusy(true)
    setError(null)
    try {
      await callApi('DELETE', assetPath(asset.id), z.unknown())
      onOpenChange(false)
      onDone()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Delete this clip?"
      description={
        <>
          <strong className="font-semibold [overflow-wrap:anywhere] text-text">{asset.file_name}</strong> (
          {formatBytes(asset.bytes)}) is removed for good. Jobs and receipts stay.
        </>
      }
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Keep it</Button>
          <Button tone="danger" busy={busy} onClick={() => void remove()}>
            Delete clip
          </Button>
        </>
      }
    >
      {error ? <ErrorNotice error={error} /> : null}
    </Dialog>
  )
}
