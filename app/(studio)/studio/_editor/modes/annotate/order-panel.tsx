'use client'

import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { shortFacts } from '#app/_components/asset/describe-facts.ts'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { QuoteCard } from '#app/_components/upscale/quote-card.tsx'
import { RunQuote } from '#app/_components/upscale/run-quote.tsx'
import { useQuote } from '#app/_components/upscale/use-quote.ts'
import { useDocument, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import { toTaskRequest } from '#lib/core/project/to-task-request.ts'

const MODES = [
  { value: 'reel', label: 'One reel' },
  { value: 'separate', label: 'Separate files' },
] as const

/** The kept clips as one reel or as files, at a price. Asks for a price only while it is open: every edit would be a new one. */
export function OrderPanel() {
  const { session, asset } = useStudio()
  const [open, setOpen] = useState(false)
  const settings = useDocument((document) => document.export)
  const keptCount = useDocument((document) => document.clips.reduce((count, clip) => count + (clip.kept ? 1 : 0), 0))
  if (keptCount === 0) return null
  return (
    <details
      className="group max-h-[60%] overflow-y-auto border-t border-line bg-raised"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="flex h-13 items-center gap-2 px-4 text-sm font-semibold">
        <ChevronRight aria-hidden className="size-4 text-muted transition-transform group-open:rotate-90" />
        Cut {keptCount === 1 ? 'this clip' : `these ${keptCount} clips`}
      </summary>
      {open ? (
        <div className="flex flex-col gap-4 px-4 pb-4">
          <Segmented
            label="Cut into"
            value={settings.mode}
            options={MODES}
            onChange={(mode) => session.edit({ type: 'set_export', changes: { mode } })}
          />
          <label className="flex items-center gap-2.5 text-sm">
            <input
              type="checkbox"
              checked={settings.burn_labels}
              onChange={(event) => session.edit({ type: 'set_export', changes: { burn_labels: event.target.checked } })}
              className="size-5 accent-ball"
            />
            Write the names into the picture
          </label>
          {asset.state === 'ready' && asset.facts ? (
            <Quote facts={asset.facts} />
          ) : (
            <p className="text-sm text-muted">The price comes as soon as the upload has finished. Go on marking.</p>
          )}
        </div>
      ) : null}
    </details>
  )
}

function Quote({ facts }: { facts: MediaFacts }) {
  const { asset, session } = useStudio()
  const document = useDocument((whole) => whole)
  const made = toTaskRequest(document, 'annotate', facts)
  const state = useQuote(asset.id, 'request' in made ? made.request.params : {}, 'annotate')
  return (
    <>
      <QuoteCard state={state} input={shortFacts(facts)} />
      <RunQuote state={state} back={`/studio/${session.projectId}`} label="Cut clips" />
    </>
  )
}
