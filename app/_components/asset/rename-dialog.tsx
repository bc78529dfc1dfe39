'use client'

import { type FormEvent, useId, useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { assetPath } from '#app/_components/data/use-asset.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { AssetView } from '#lib/contracts/api/uploads.ts'

export function RenameDialog({
  asset,
  open,
  onOpenChange,
  onDone,
}: {
  asset: AssetView
  open: boolean
  onOpenChange: (open: boolean) => void
  onDone: (asset: AssetView) => void
}) {
  const id = useId()
  const [name, setName] = useState(asset.file_name)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      onDone(await callApi('PATCH', assetPath(asset.id), AssetView, { file_name: name }))
      onOpenChange(false)
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Rename clip"
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={id} tone="primary" busy={busy} disabled={name.trim() === ''}>
            Save name
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label="Name" htmlFor={`${id}-name`}>
          <TextInput id={`${id}-name`} value={name} maxLength={255} onChange={(event) => setName(event.target.value)} />
        </Field>
        {error ? <ErrorNotice error={error} /> : null}
      </form>
    </Dialog>
  )
}
