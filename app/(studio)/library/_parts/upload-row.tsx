'use client'

import { Check, Pause, Play, RotateCw, Scissors, Trash2, X } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useOpenStudio } from '#app/_components/asset/use-open-studio.ts'
import { explainError } from '#app/_components/error-messages.ts'
import { formatBytes } from '#app/_components/format/format-bytes.ts'
import { formatWait } from '#app/_components/format/format-duration.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { PitchProgress } from '#app/_components/ui/pitch-progress.tsx'
import type { UploaderActions, UploadItem } from '#app/_components/upload/uploader-types.ts'
import { AppError } from '#lib/contracts/errors.ts'

export function UploadRow({ upload, actions }: { upload: UploadItem; actions: UploaderActions }) {
  const percent = (upload.sentBytes / Math.max(1, upload.bytes)) * 100
  const moving = upload.state === 'uploading'
  return (
    <li className="border-b border-line px-5 py-4 last:border-0">
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium" title={upload.fileName}>
            {upload.state === 'done' && upload.assetId ? (
              <Link href={`/library/${upload.assetId}`} className="underline underline-offset-4">
                {upload.fileName}
              </Link>
            ) : (
              upload.fileName
            )}
          </p>
          <p className="tabular mt-0.5 text-sm text-muted">{statusLine(upload)}</p>
        </div>
        {upload.assetId && upload.file && upload.state !== 'refused' ? <EditNow assetId={upload.assetId} /> : null}
        <RowActions upload={upload} actions={actions} />
      </div>
      {upload.state === 'refused' || upload.state === 'done' ? null : (
        <div className="mt-3">
          <PitchProgress
            size="sm"
            label={`Upload of ${upload.fileName}`}
            percent={upload.state === 'checking' ? null : percent}
            still={!moving}
          />
        </div>
      )}
    </li>
  )
}

/** The local file is at hand, so nobody has to wait for it to arrive. */
function EditNow({ assetId }: { assetId: string }) {
  const { open, busy } = useOpenStudio(assetId)
  return (
    <Button size="sm" busy={busy} onClick={open}>
      <Scissors aria-hidden />
      Edit now
    </Button>
  )
}

function statusLine(upload: UploadItem): string {
  const amount = `${formatBytes(upload.sentBytes)} of ${formatBytes(upload.bytes)}`
  switch (upload.state) {
    case 'checking':
      return 'Reading the file’s headers'
    case 'uploading': {
      const speed = upload.bytesPerSecond ? ` · ${formatBytes(upload.bytesPerSecond)}/s` : ''
      const left = upload.etaS === null ? '' : ` · ${formatWait(upload.etaS)} left`
      return `${amount}${speed}${left}`
    }
    case 'paused':
      return upload.needsFile ? `${amount} · choose the same file to go on` : `${amount} · paused`
    case 'confirming':
      return 'Uploaded. Reading what is in it'
    case 'done':
      return `${formatBytes(upload.bytes)} · ready`
    case 'failed':
    case 'refused': {
      if (!upload.problem) return 'It did not work'
      const { title, advice } = explainError(new AppError(upload.problem.code, upload.problem.message))
      return `${title}. ${advice}`
    }
  }
}

function RowActions({ upload, actions }: { upload: UploadItem; actions: UploaderActions }) {
  const { id, fileName } = upload
  const act = (label: string, icon: ReactNode, onClick: () => void) => (
    <Button tone="quiet" size="sm" icon aria-label={`${label} ${fileName}`} title={label} onClick={onClick}>
      {icon}
    </Button>
  )
  const cancel = act('Cancel upload', <X aria-hidden />, () => actions.cancel(id))
  switch (upload.state) {
    case 'checking':
    case 'confirming':
      return cancel
    case 'uploading':
      return (
        <>
          {act('Pause upload', <Pause aria-hidden />, () => actions.pause(id))}
          {cancel}
        </>
      )
    case 'paused':
      return (
        <>
          {upload.needsFile ? (
            <Button size="sm" onClick={() => void actions.pick()}>
              Choose the file
            </Button>
          ) : (
            act('Resume upload', <Play aria-hidden />, () => actions.resume(id))
          )}
          {cancel}
        </>
      )
    case 'failed':
      return (
        <>
          {act('Retry upload', <RotateCw aria-hidden />, () => actions.retry(id))}
          {act('Cancel upload', <Trash2 aria-hidden />, () => actions.cancel(id))}
        </>
      )
    case 'done':
      return act('Dismiss', <Check aria-hidden />, () => actions.dismiss(id))
    case 'refused':
      return act('Dismiss', <X aria-hidden />, () => actions.dismiss(id))
  }
}
