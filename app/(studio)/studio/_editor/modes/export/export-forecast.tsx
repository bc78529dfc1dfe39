'use client'

import { useMemo } from 'react'
import { formatClock } from '#app/_components/format/format-duration.ts'
import { useTracks } from '#app/(studio)/studio/_editor/modes/overlay/use-tracks.ts'
import { LivePreview } from '#app/(studio)/studio/_editor/preview/live-preview.tsx'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { exportSentence, forecastExport } from '#lib/core/project/describe-export.ts'
import { highlightRegions } from '#lib/core/project/highlight-regions.ts'
import { unpackTracks } from '#lib/core/project/packed-tracks.ts'
import { type PreviewScene, previewScene } from '#lib/core/project/preview-scene.ts'
import { useExportOrder } from './use-export.ts'

/** What will come out: the picture at the playhead, and one sentence. */
export function ExportForecast() {
  const scene = useExportScene()
  return (
    <section aria-label="What will come out" className="border-b border-line">
      <div className="h-44 bg-black">
        <LivePreview scene={scene} label="The export at this moment" />
      </div>
      <Sentence />
    </section>
  )
}

function Sentence() {
  const { source } = useStudio()
  const order = useExportOrder()
  const endS = usePlayback((state) => state.clock.endS)
  if ('obstacle' in order) return null
  const forecast = forecastExport(order.params, source, endS)
  return (
    <p className="tabular px-4 py-3 text-sm">
      {exportSentence(order.params, forecast, formatClock(forecast.durationS))}
      {order.tracksJobId ? <FollowedTracks /> : null}
    </p>
  )
}

/** Brings the tracks that highlights go by, and says so until the picture shows them. */
function FollowedTracks() {
  const { status } = useTracks()
  if (status.kind === 'loaded') return null
  const loading = status.kind === 'asking' || status.kind === 'loading'
  return (
    <span className="mt-1 block text-muted">
      {loading
        ? 'Loading the players…'
        : 'The picture above lacks the highlights on players: their tracks could not be loaded.'}
    </span>
  )
}

/** Made anew only by what shows in a picture. */
function useExportScene(): PreviewScene {
  const { source } = useStudio()
  const document = useDocument((whole) => whole)
  const loaded = useSession((state) => state.overlay.tracks)
  const { crop, highlights, tracks, export: settings } = document
  // biome-ignore lint/correctness/useExhaustiveDependencies: clips are no part of a scene, so marking one makes no new scene
  return useMemo(() => {
    const followed = new Set(highlightRegions(document).flatMap(({ track_id }) => track_id ?? []))
    return previewScene(document, source, loaded ? unpackTracks(loaded.packed, followed) : undefined)
  }, [crop, highlights, tracks, settings, source, loaded])
}
