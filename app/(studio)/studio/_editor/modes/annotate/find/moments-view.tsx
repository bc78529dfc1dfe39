'use client'

import { Check, ListPlus, Plus } from 'lucide-react'
import { useMemo } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { useDocument, usePlayback, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import type { ProductView } from '#lib/contracts/products.ts'
import { notYetMade, type SuggestedClip, suggestMoments } from '#lib/core/project/suggested-clips.ts'
import { AnalysisGate, type Order } from './analysis-gate.tsx'
import { makeClips } from './make-clips.ts'
import { useAnalysis } from './use-analysis.ts'
import { useSuggestedOnTimeline } from './use-suggested-on-timeline.ts'

const ORDER: Order = {
  task: 'track',
  promise:
    'Follows every player and the ball, and points out when something happens: each moment is a clip you can take.',
  button: 'Find moments',
  busy: 'Players and ball are being followed.',
}

/** What the tracks say is worth a clip, to be taken one by one or all at once. */
export function MomentsView() {
  const state = useAnalysis('tracks')
  return (
    <section aria-label="Moments" className="min-h-0 flex-1 overflow-y-auto">
      <AnalysisGate state={state} order={ORDER}>
        {(product) => <Moments product={product} />}
      </AnalysisGate>
    </section>
  )
}

function Moments({ product: { summary } }: { product: ProductView }) {
  const studio = useStudio()
  const clock = usePlayback((state) => state.clock)
  const clips = useDocument((document) => document.clips)
  const suggested = useMemo(
    () => suggestMoments(summary?.kind === 'tracks' ? summary.moments : [], clock),
    [summary, clock],
  )
  const fresh = useMemo(() => notYetMade(suggested, clips), [suggested, clips])
  useSuggestedOnTimeline(fresh)
  if (suggested.length === 0)
    return (
      <p className="p-4 text-sm text-muted">
        Nothing stood out: no moment in this video had more going on than the rest. Mark clips yourself, with I and O.
      </p>
    )
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <Button tone="primary" disabled={fresh.length === 0} onClick={() => makeClips(studio, fresh)}>
        <ListPlus aria-hidden />
        {fresh.length === 0 ? 'All are clips' : `Take ${fresh.length === 1 ? 'this one' : `all ${fresh.length}`}`}
      </Button>
      <ol>
        {suggested.map((moment, index) => (
          <MomentRow key={moment.id} moment={moment} index={index} taken={!fresh.includes(moment)} />
        ))}
      </ol>
    </div>
  )
}

function MomentRow({ moment, index, taken }: { moment: SuggestedClip; index: number; taken: boolean }) {
  const studio = useStudio()
  const { startS, endS, reason, score = 0 } = moment
  const show = () => {
    studio.playback.pause()
    studio.playback.seekTime(startS)
  }
  return (
    <li className="flex items-center gap-2 border-t border-line py-1">
      <button
        type="button"
        onClick={show}
        className="min-h-11 min-w-0 flex-1 rounded-sm text-left text-sm hover:bg-raised"
      >
        <span className="block font-medium">{reason}</span>
        <span className="tabular text-muted">
          {formatTimecode(startS)} · {(endS - startS).toFixed(1)} s · score {Math.round(100 * score)}
        </span>
      </button>
      <Button
        size="sm"
        icon
        disabled={taken}
        aria-label={taken ? `Moment ${index + 1} is a clip` : `Take moment ${index + 1}`}
        onClick={() => makeClips(studio, [moment])}
      >
        {taken ? <Check aria-hidden /> : <Plus aria-hidden />}
      </Button>
    </li>
  )
}
