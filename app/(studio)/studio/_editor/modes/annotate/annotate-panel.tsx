'use client'

import { ListVideo, SquareArrowLeft, SquareArrowRight } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import { markIn, markOut, playKept } from './clip-actions.ts'
import { ClipList } from './clip-list.tsx'
import { OrderPanel } from './order-panel.tsx'

const ScenesView = dynamic(() => import('./find/scenes-view.tsx').then((module) => module.ScenesView), { ssr: false })
const MomentsView = dynamic(() => import('./find/moments-view.tsx').then((module) => module.MomentsView), {
  ssr: false,
})

const VIEWS = [
  { value: 'clips', label: 'Clips' },
  { value: 'scenes', label: 'Scenes' },
  { value: 'moments', label: 'Moments' },
] as const
type View = (typeof VIEWS)[number]['value']

/** Mark what matters, or have it found; name it, put it in order, have it cut. */
export function AnnotatePanel() {
  const [view, setView] = useState<View>('clips')
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <MarkBar />
      <div className="px-3 pt-3">
        <Segmented label="Show" value={view} options={VIEWS} onChange={setView} />
      </div>
      {view === 'clips' ? <Clips /> : null}
      {view === 'scenes' ? <ScenesView onMade={() => setView('clips')} /> : null}
      {view === 'moments' ? <MomentsView /> : null}
      <OrderPanel />
    </div>
  )
}

function MarkBar() {
  const studio = useStudio()
  const markInS = useSession((state) => state.markInS)
  return (
    <div className="border-b border-line p-3">
      <div className="grid grid-cols-2 gap-2">
        <Button size="sm" onMouseDown={(event) => event.preventDefault()} onClick={() => markIn(studio)} title="I">
          <SquareArrowRight aria-hidden />
          Clip starts here
        </Button>
        <Button
          size="sm"
          tone={markInS === null ? 'secondary' : 'primary'}
          disabled={markInS === null}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => markOut(studio)}
          title="O"
        >
          <SquareArrowLeft aria-hidden />
          Clip ends here
        </Button>
      </div>
      <p className="tabular mt-2 text-xs text-muted" aria-live="polite">
        {markInS === null
          ? 'Say where the action starts and where it ends.'
          : `Starts at ${formatTimecode(markInS)}. Go to where the action ends.`}
        <span className="max-lg:hidden"> Keys: I and O.</span>
      </p>
    </div>
  )
}

function Clips() {
  const studio = useStudio()
  const clips = useDocument((document) => document.clips)
  const reel = usePlayback((state) => state.reel)
  const anyKept = clips.some((clip) => clip.kept)
  return (
    <section aria-labelledby="clips-title" className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-12 items-center gap-2 pr-2 pl-4">
        <h2 id="clips-title" className="mr-auto text-sm font-semibold">
          Clips{clips.length > 0 ? <span className="tabular ml-1.5 font-normal text-muted">{clips.length}</span> : null}
        </h2>
        {anyKept ? (
          <Button size="sm" tone="quiet" aria-pressed={reel} onClick={() => playKept(studio)}>
            <ListVideo aria-hidden />
            {reel ? 'Stop' : 'Play kept'}
          </Button>
        ) : null}
      </div>
      {clips.length === 0 ? <NoClips /> : <ClipList clips={clips} />}
    </section>
  )
}

function NoClips() {
  return (
    <div className="mx-4 mb-4 rounded-lg border border-dashed border-line-strong p-5 text-sm text-muted">
      <p className="font-semibold text-text">No clips yet</p>
      <p className="mt-1">
        Play the match, and mark what is worth showing: <kbd className="font-semibold text-text">I</kbd> in,{' '}
        <kbd className="font-semibold text-text">O</kbd> out. <kbd className="font-semibold text-text">L</kbd> plays
        faster, <kbd className="font-semibold text-text">?</kbd> shows every key.
      </p>
    </div>
  )
}
