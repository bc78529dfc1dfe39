'use client'

import { useEffect, useState } from 'react'
import type { SessionState } from '#app/(studio)/studio/_editor/session/studio-session.ts'
import { useSession } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { EDIT_NAMES } from '#lib/core/project/describe-edit.ts'
import type { EditRefusal } from '#lib/core/project/edits.ts'

const REFUSALS = {
  no_such_item: 'That is not there any more.',
  id_taken: 'That is there already.',
  too_many: 'That would be too many: 200 clips can be kept, 500 marked.',
  not_possible: 'That does not work here: a clip needs at least one frame.',
} as const satisfies Record<EditRefusal, string>

const SHOWN_MS = 2500

/** A word about what happened out of sight: undone, redone, not possible. */
export function StudioNews() {
  const news = useSession((state) => state.news)
  const [gone, setGone] = useState(0)
  useEffect(() => {
    if (!news) return undefined
    const timer = setTimeout(() => setGone(news.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [news])
  const text = news && news.id !== gone ? textOf(news) : ''
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 top-16 z-40 flex justify-center">
      {text ? (
        <p className="animate-pop rounded-md bg-text px-3.5 py-2 text-sm font-medium text-bg shadow-pop">{text}</p>
      ) : null}
    </div>
  )
}

function textOf(news: NonNullable<SessionState['news']>): string {
  if (news.kind === 'refused') return REFUSALS[news.why]
  return `${news.kind === 'undone' ? 'Undone' : 'Done again'}: ${EDIT_NAMES[news.type]}`
}
