'use client'

import { useState } from 'react'
import { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { SessionView } from '#lib/contracts/api/account.ts'
import { deviceName } from './device-name.ts'

export function SessionsPanel() {
  const { data, error, mutate } = useApi('/api/sessions', z.array(SessionView))
  return (
    <section aria-labelledby="sessions" className="rounded-xl border border-line bg-surface p-5 sm:p-6">
      <h2 id="sessions" className="text-lg font-semibold">
        Where you are signed in
      </h2>
      <p className="text-sm text-muted">End any session you do not recognise.</p>
      {error && !data ? (
        <div className="mt-4">
          <ErrorNotice error={error} onRetry={() => void mutate()} />
        </div>
      ) : null}
      {!data && !error ? (
        <Loading label="Loading sessions">
          <Skeleton className="mt-4 h-14 w-full" />
          <Skeleton className="mt-3 h-14 w-full" />
        </Loading>
      ) : null}
      <ul className="mt-3">
        {data?.map((session) => (
          <SessionLine key={session.id} session={session} onEnded={() => void mutate()} />
        ))}
      </ul>
    </section>
  )
}

function SessionLine({ session, onEnded }: { session: SessionView; onEnded: () => void }) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const device = deviceName(session.user_agent)
  const end = async () => {
    setBusy(true)
    setError(null)
    try {
      await callApi('DELETE', `/api/sessions/${encodeURIComponent(session.id)}`, z.unknown())
      onEnded()
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  return (
    <li className="border-t border-line py-3 first:border-0">
      <div className="flex items-center gap-4">
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium" title={session.user_agent}>
            {device}
          </p>
          <p className="text-sm text-muted">
            Signed in <Ago atMs={session.created_at_ms} />
          </p>
        </div>
        {session.current ? (
          <Badge tone="grass">This device</Badge>
        ) : (
          <Button size="sm" tone="danger" busy={busy} aria-label={`End session: ${device}`} onClick={() => void end()}>
            End
          </Button>
        )}
      </div>
      {error ? <ErrorNotice error={error} /> : null}
    </li>
  )
}
