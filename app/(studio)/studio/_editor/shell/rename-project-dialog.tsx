'use client'

import { type FormEvent, useId, useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { projectApi } from '#app/(studio)/studio/_editor/session/project-api.ts'
import { useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'

export function RenameProjectDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return open ? <Rename onClose={() => onOpenChange(false)} /> : null
}

function Rename({ onClose }: { onClose: () => void }) {
  const { session } = useStudio()
  const current = useSession((state) => state.name)
  const id = useId()
  const [name, setName] = useState(current)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const renamed = await projectApi.rename(session.projectId, name)
      session.store.set({ name: renamed.name })
      onClose()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Rename project"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} tone="primary" busy={busy} disabled={name.trim() === ''}>
            Save name
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label="Name" htmlFor={`${id}-name`}>
          <TextInput id={`${id}-name`} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />
        </Field>
        {error ? <ErrorNotice error={error} /> : null}
      </form>
    </Dialog>
  )
}
