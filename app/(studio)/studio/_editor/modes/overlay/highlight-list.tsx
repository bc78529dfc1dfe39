'use client'

import { Trash2 } from 'lucide-react'
import { classNames } from '#app/_components/class-names.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import type { ProjectHighlight } from '#lib/contracts/project.ts'
import { HighlightForm } from './highlight-form.tsx'
import { goToHighlight, highlightName, removeHighlight } from './overlay-actions.ts'
import { playersOf } from './players-of.ts'

/** What stands out, and when. */
export function HighlightList() {
  const highlights = useDocument((document) => document.highlights.regions)
  const identities = useDocument((document) => document.tracks.identities)
  const tracks = useSession((state) => state.overlay.tracks)
  const selected = useSession((state) => state.overlay.highlight)
  const players = tracks ? playersOf(tracks.packed, identities) : []
  return (
    <section aria-labelledby="highlights-title" className="border-b border-line p-3">
      <h2 id="highlights-title" className="mb-2 text-sm font-semibold">
        Highlights <span className="tabular ml-1 font-normal text-muted">{highlights.length || ''}</span>
      </h2>
      {highlights.length === 0 ? (
        <p className="text-sm text-muted">None yet. Tap a player in the picture, or draw one by hand.</p>
      ) : null}
      <ul className="flex flex-col gap-0.5">
        {highlights.map((highlight, index) => {
          const name = highlightName(highlight, index, players)
          return (
            <li key={highlight.id}>
              <HighlightRow highlight={highlight} name={name} selected={highlight.id === selected} />
              {highlight.id === selected ? <HighlightForm highlight={highlight} name={name} /> : null}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function HighlightRow({ highlight, name, selected }: { highlight: ProjectHighlight; name: string; selected: boolean }) {
  const studio = useStudio()
  const clock = usePlayback((state) => state.clock)
  return (
    <div
      className={classNames(
        'flex min-h-12 items-center gap-1 pr-1',
        selected ? 'rounded-t-md bg-ball-wash' : 'rounded-md hover:bg-raised',
      )}
    >
      <button
        type="button"
        aria-current={selected || undefined}
        onClick={() => goToHighlight(studio, highlight)}
        className="min-w-0 flex-1 py-1.5 pl-3 text-left"
      >
        <span className="block truncate text-sm font-medium">{name}</span>
        <span className="tabular block text-xs text-muted">
          {formatTimecode(clock.timeOf(highlight.start_frame))} – {formatTimecode(clock.timeOf(highlight.end_frame))} ·{' '}
          {highlight.follows.kind === 'track' ? 'follows' : 'by hand'}
        </span>
      </button>
      <Button
        tone="quiet"
        size="sm"
        icon
        aria-label={`Delete highlight ${name}`}
        title="Delete"
        onClick={() => removeHighlight(studio, highlight.id)}
      >
        <Trash2 aria-hidden />
      </Button>
    </div>
  )
}
