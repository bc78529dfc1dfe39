'use client'

import { useDeferredValue, useMemo, useState } from 'react'
import useSWR from 'swr'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { useDocument, usePlayback } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProductView } from '#lib/contracts/products.ts'
import { joinScenes, suggestScenes } from '#lib/core/project/suggested-clips.ts'
import { type ScoredFrames, splitScenes } from '#lib/core/scenes/split-scenes.ts'
import { AnalysisGate, type Order } from './analysis-gate.tsx'
import { MakeScenes } from './make-scenes.tsx'
import { readScenes } from './read-scenes.ts'
import { SceneRows } from './scene-rows.tsx'
import { SceneSettings } from './scene-settings.tsx'
import { ScorePlot } from './score-plot.tsx'
import { useAnalysis } from './use-analysis.ts'
import { useSuggestedOnTimeline } from './use-suggested-on-timeline.ts'

const ORDER: Order = {
  task: 'detect_scenes',
  promise: 'Finds every cut and fade once; how fine it is cut is then up to you, and free to try.',
  button: 'Detect scenes',
  busy: 'The cuts are being looked for.',
}

/** Cuts become clips: how many is set with the threshold, over the scores the worker left. */
export function ScenesView({ onMade }: { onMade: () => void }) {
  const state = useAnalysis('scenes')
  return (
    <section aria-label="Scenes" className="min-h-0 flex-1 overflow-y-auto">
      <AnalysisGate state={state} order={ORDER}>
        {(product) => <Stored key={product.id} product={product} onMade={onMade} refresh={state.refresh} />}
      </AnalysisGate>
    </section>
  )
}

/** The file never changes; only its address does. */
const ONCE = { revalidateOnFocus: false, revalidateIfStale: false, revalidateOnReconnect: false }

function Stored({ product, onMade, refresh }: { product: ProductView; onMade: () => void; refresh: () => void }) {
  const { data, error, mutate } = useSWR<ScoredFrames, unknown>(['scenes', product.id], () => readScenes(product), ONCE)
  if (data) return <Scenes scored={data} onMade={onMade} />
  if (error) {
    const again = () => {
      refresh()
      void mutate()
    }
    return (
      <div className="p-4">
        <ErrorNotice error={error} onRetry={again} />
      </div>
    )
  }
  return (
    <div className="p-4">
      <Loading label="Loading the scenes">
        <Skeleton className="h-40 w-full rounded-lg" />
      </Loading>
    </div>
  )
}

const NONE: ReadonlySet<number> = new Set()

function Scenes({ scored, onMade }: { scored: ScoredFrames; onMade: () => void }) {
  const settings = useDocument((document) => document.scenes)
  // The slider goes on moving while a long match is split again.
  const settled = useDeferredValue(settings)
  const clock = usePlayback((state) => state.clock)
  const [joinedAt, setJoinedAt] = useState(NONE)
  const scenes = useMemo(() => joinScenes(splitScenes(scored, settled).scenes, joinedAt), [scored, settled, joinedAt])
  const suggested = useMemo(() => suggestScenes(scenes, scored.scores.length, clock), [scenes, scored, clock])
  const cutTimesS = useMemo(() => scenes.slice(1).map(({ start_time }) => start_time), [scenes])
  useSuggestedOnTimeline(suggested)
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <ScorePlot scored={scored} threshold={settings.threshold} cutTimesS={cutTimesS} />
      <SceneSettings settings={settings} />
      <MakeScenes suggested={suggested} onMade={onMade} />
      <SceneRows
        scenes={scenes}
        suggested={suggested}
        joined={joinedAt.size}
        onJoin={(frame) => setJoinedAt(new Set([...joinedAt, frame]))}
        onApart={() => setJoinedAt(NONE)}
      />
    </div>
  )
}
