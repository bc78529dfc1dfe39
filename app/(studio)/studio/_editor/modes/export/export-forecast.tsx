'use client'

import { useMemo } from 'react'
import { formatClock } from '#app/_components/format/format-duration.ts'
import { LivePreview } from '#app/(studio)/studio/_editor/preview/live-preview.tsx'
import { useDocument, usePlayback, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { exportSentence, forecastExport } from '#lib/core/project/describe-export.ts'
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
      {order.tracksJobId ? (
        <span className="mt-1 block text-muted">Highlights that follow a player are shown in Overlay.</span>
      ) : null}
    </p>
  )
}

/** Made anew only by what shows in a picture. */
function useExportScene(): PreviewScene {
  const { source } = useStudio()
  const document = useDocument((whole) => whole)
  const { crop, highlights, tracks, export: settings } = document
  // biome-ignore lint/correctness/useExhaustiveDependencies: clips are no part of a scene, so marking one makes no new scene
  return useMemo(() => previewScene(document, source, undefined), [crop, highlights, tracks, settings, source])
}
