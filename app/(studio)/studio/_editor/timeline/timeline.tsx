'use client'

import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { useDocument, usePlayback, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import { listenForGestures } from './gestures.ts'
import { type PlacedLane, placeLanes } from './lanes.ts'
import { TimelineEngine } from './timeline-engine.ts'

/**
 * The whole video in time. Everything the pointer can do here can be done without it, too: the playhead by the arrow keys, edges of clips by
 * I, O and the fields beside the list, zoom by the buttons.
 */
export function Timeline() {
  const studio = useStudio()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [lanes, setLanes] = useState<readonly PlacedLane[]>(() => placeLanes(studio.session.document))
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const engine = new TimelineEngine(studio, element)
    engine.onLanes = setLanes
    const stopGestures = listenForGestures(studio, engine, element)
    studio.timeline.controls = { zoom: (factor) => engine.zoom(factor), fit: () => engine.fit() }
    return () => {
      studio.timeline.controls = null
      stopGestures()
      engine.close()
    }
  }, [studio])
  const last = lanes.at(-1)
  return (
    <section aria-label="Timeline" className="border-t border-line bg-surface">
      <TimelineBar />
      <Playhead>
        <canvas
          ref={canvas}
          className="block w-full touch-none select-none"
          style={{ height: last ? last.top + last.height : 0 }}
        />
      </Playhead>
    </section>
  )
}

function TimelineBar() {
  const { timeline } = useStudio()
  const clips = useDocument((document) => document.clips)
  const kept = clips.filter((clip) => clip.kept)
  const lengthS = kept.reduce((sum, { start_time, end_time }) => sum + end_time - start_time, 0)
  return (
    <div className="flex h-11 items-center gap-1 px-3">
      <p className="tabular mr-auto truncate text-sm text-muted">
        {kept.length === 0
          ? 'No clips kept yet'
          : `${kept.length} ${kept.length === 1 ? 'clip' : 'clips'} kept · ${formatTimecode(lengthS)}`}
      </p>
      <Button
        tone="quiet"
        size="sm"
        icon
        aria-label="Zoom out"
        title="Zoom out"
        onClick={() => timeline.controls?.zoom(0.5)}
      >
        <ZoomOut aria-hidden />
      </Button>
      <Button
        tone="quiet"
        size="sm"
        icon
        aria-label="Zoom in"
        title="Zoom in"
        onClick={() => timeline.controls?.zoom(2)}
      >
        <ZoomIn aria-hidden />
      </Button>
      <Button
        tone="quiet"
        size="sm"
        icon
        aria-label="Show the whole video"
        title="Show the whole video"
        onClick={() => timeline.controls?.fit()}
      >
        <Maximize2 aria-hidden />
      </Button>
    </div>
  )
}

/** The position as a slider, for keyboards (the studio's arrow keys work on it as everywhere) and screen readers. */
function Playhead({ children }: { children: React.ReactNode }) {
  const clock = usePlayback((state) => state.clock)
  // While it plays nothing is read out.
  const frame = usePlayback((state) => (state.playing ? -1 : state.frame))
  const timeS = clock.timeOf(Math.max(0, frame))
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, clock.frames - 1)}
      aria-valuenow={Math.max(0, frame)}
      aria-valuetext={frame < 0 ? 'playing' : `${formatTimecode(timeS)}, frame ${frame + 1} of ${clock.frames}`}
      className="focus-visible:-outline-offset-2"
    >
      {children}
    </div>
  )
}
