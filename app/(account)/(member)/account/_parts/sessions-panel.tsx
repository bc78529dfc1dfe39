'use client'

import { useState } from 'react'
import { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { EndedSessions, SessionView } from '#lib/contracts/api/account.ts'
import { deviceName } from './device-name.ts'

export function SessionsPanel() {
  const { data, error, mutate } = useApi('/api/sessions', z.array(SessionView))
  const [news, setNews] = useState('')
  const ended = (text: string) => {
    setNews(text)
    void mutate()
  }
  return (
    <section aria-labelledby="sessions" className="rounded-xl border border-line bg-surface p-5 sm:p-6">
      <h2 id="sessions" className="text-lg font-semibold">
        Where you are signed in
      </h2>
      <p className="text-sm text-muted">
        End any session you do not recognise. One ends by itself when it is not used for two weeks.
      </p>
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
          <SessionLine key={session.id} session={session} onEnded={ended} />
        ))}
      </ul>
      {data && data.length > 1 ? <EndOthers onEnded={ended} /> : null}
      <LiveRegion>{news}</LiveRegion>
    </section>
  )
}

function SessionLine({ session, onEnded }: { session: SessionView; onEnded: (news: string) => void }) {
  const device = deviceName(session.user_agent)
  const { busy, error, run } = useEnding(async () => {
    await callApi('DELETE', `/api/sessions/${encodeURIComponent(session.id)}`, z.unknown())
    onEnded(`The session of ${device} is over.`)
  })
  return (
    <li className="border-t border-line py-3 first:border-0">
      <div className="flex items-center gap-4">
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium" title={session.user_agent}>
            {device}
          </p>
          <p className="text-sm text-muted">
            Signed in <Ago atMs={session.created_at_ms} />
            {session.current ? null : (
              <>
                , last used <Ago atMs={session.last_seen_at_ms} />
              </>
            )}
          </p>
        </div>
        {session.current ? (
          <Badge tone="grass">This device</Badge>
        ) : (
          <Button size="sm" tone="danger" busy={busy} aria-label={`End session: ${device}`} onClick={() => void run()}>
            End
          </Button>
        )}
      </div>
      {error ? <ErrorNotice error={error} /> : null}
    </li>
  )
}

function EndOthers({ onEnded }: { onEnded: (news: string) => void }) {
  const { busy, error, run } = useEnding(async () => {
    const { ended } = await callApi('DELETE', '/api/sessions', EndedSessions)
    onEnded(ended === 1 ? 'One session is over.' : `${ended} sessions are over.`)
  })
  return (
    <div className="mt-2 flex flex-col gap-3 border-t border-line pt-4">
      {error ? <ErrorNotice error={error} /> : null}
      <Button tone="danger" busy={busy} className="self-start" onClick={() => void run()}>
        Sign out everywhere else
      </Button>
    </div>
  )
}

/** Ends something once per press; a failure can be tried again. */
function useEnding(end: () => Promise<void>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async () => {
    setBusy(true)
    setError(null)
    try {
      await end()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, run }
}
