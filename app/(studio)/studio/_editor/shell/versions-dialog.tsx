'use client'

import { useEffect, useState } from 'react'
import { Ago } from '#app/_components/format/ago.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { projectApi } from '#app/(studio)/studio/_editor/session/project-api.ts'
import { useStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProjectVersionList } from '#lib/contracts/api/projects.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { openDocument } from '#lib/core/project/migrations.ts'

export function VersionsDialog() {
  const { ui } = useStudio()
  const open = useStore(ui, (state) => state.sheet === 'versions')
  return open ? <Versions onClose={() => ui.set({ sheet: null })} /> : null
}

/** Earlier states. Bringing one back is an edit like any other, so it can be undone. */
function Versions({ onClose }: { onClose: () => void }) {
  const { session } = useStudio()
  const [versions, setVersions] = useState<ProjectVersionList['versions'] | null>(null)
  const [busy, setBusy] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    projectApi.versions(session.projectId).then((list) => setVersions(list.versions), setError)
  }, [session])
  const restore = async (revision: number) => {
    setBusy(revision)
    setError(null)
    try {
      const opened = openDocument((await projectApi.version(session.projectId, revision)).document)
      if ('problem' in opened) throw new AppError('internal', 'This version cannot be read.')
      session.edit({ type: 'replace_document', document: opened.document })
      onClose()
    } catch (problem) {
      setError(problem)
      setBusy(null)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Earlier versions"
      description="Kept every few minutes while you work, fewer the older they are. Bringing one back can be undone."
      actions={<Button onClick={onClose}>Close</Button>}
    >
      {error ? <ErrorNotice error={error} /> : null}
      {!versions && !error ? (
        <Loading label="Loading versions">
          <Skeleton className="h-24 w-full" />
        </Loading>
      ) : null}
      {versions?.length === 0 ? <p className="text-sm text-muted">There is none yet: this is the first.</p> : null}
      <ul className="flex max-h-80 flex-col gap-1 overflow-y-auto">
        {versions?.map(({ revision, saved_at_ms }) => (
          <li
            key={revision}
            className="flex items-center justify-between gap-3 rounded-md py-1 pr-1 pl-3 hover:bg-raised"
          >
            <span className="text-sm">
              <Ago atMs={saved_at_ms} />
            </span>
            <Button size="sm" busy={busy === revision} onClick={() => void restore(revision)}>
              Bring back
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
