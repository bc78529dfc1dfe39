'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { projectApi } from '#app/(studio)/studio/_editor/session/project-api.ts'
import { useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProjectView } from '#lib/contracts/api/projects.ts'
import { openDocument } from '#lib/core/project/migrations.ts'

/** Two tabs edited one project. Whatever is chosen, both states stay: as a version, as an undo, or as a copy. */
export function ConflictDialog() {
  const save = useSession((state) => state.save)
  const [hidden, setHidden] = useState<ProjectView | null>(null)
  if (save.kind !== 'conflict') return null
  if (hidden === save.theirs) return <Reminder onOpen={() => setHidden(null)} />
  return <Choice theirs={save.theirs} onLater={() => setHidden(save.theirs)} />
}

/** Put off, not forgotten: nothing is saved until it is decided. */
function Reminder({ onOpen }: { onOpen: () => void }) {
  return (
    <div className="fixed inset-x-0 bottom-4 z-40 flex justify-center px-4">
      <div
        role="alert"
        className="flex items-center gap-3 rounded-lg border border-line bg-surface p-3 pl-4 text-sm shadow-pop"
      >
        Not being saved: this project was changed elsewhere.
        <Button size="sm" tone="primary" onClick={onOpen}>
          Decide
        </Button>
      </div>
    </div>
  )
}

function Choice({ theirs, onLater }: { theirs: ProjectView; onLater: () => void }) {
  const { session } = useStudio()
  const router = useRouter()
  const name = useSession((state) => state.name)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const opened = openDocument(theirs.document)
  const copy = async () => {
    setBusy(true)
    setError(null)
    try {
      const made = await projectApi.copy(session.projectId, session.document, `${name.slice(0, 105)} (my changes)`)
      if ('document' in opened) session.takeTheirs(theirs, opened.document)
      router.push(`/studio/${made.id}`)
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onLater()
      }}
      title="This project was changed elsewhere"
      description="Another tab or device saved it while you were working here. Nothing is lost: choose how to go on."
      actions={<Button onClick={onLater}>Decide later</Button>}
    >
      <div className="flex flex-col gap-2">
        {error ? <ErrorNotice error={error} /> : null}
        {'document' in opened ? (
          <Option
            title="Take the newer version"
            about="This tab shows what was saved elsewhere. Undo brings your own changes back."
            disabled={busy}
            onClick={() => session.takeTheirs(theirs, opened.document)}
          />
        ) : null}
        <Option
          title="Keep my changes"
          about="They replace the newer version, which stays under Earlier versions."
          disabled={busy}
          onClick={() => session.keepMine(theirs)}
        />
        <Option
          title="Keep both"
          about="Your changes become a project of their own, and this one stays as it was saved."
          disabled={busy}
          onClick={() => void copy()}
        />
      </div>
    </Dialog>
  )
}

function Option({
  title,
  about,
  disabled,
  onClick,
}: {
  title: string
  about: string
  disabled: boolean
  onClick: () => void
}) {
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={onClick}
      className="rounded-lg border border-line-strong p-3.5 text-left hover:border-control hover:bg-raised disabled:opacity-50"
    >
      <span className="block font-semibold">{title}</span>
      <span className="mt-0.5 block text-sm text-muted">{about}</span>
    </button>
  )
}
