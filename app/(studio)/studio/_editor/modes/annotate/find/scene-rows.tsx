'use client'

import { Combine } from 'lucide-react'
import { useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import type { Scene } from '#lib/contracts/tasks/detect-scenes.ts'
import type { SuggestedClip } from '#lib/core/project/suggested-clips.ts'

/** A long match has thousands of scenes at a low threshold. */
const ROWS = 100

/** The scenes as they would become clips. A cut that is none is taken away by joining what it parts. */
export function SceneRows({
  scenes,
  suggested,
  joined,
  onJoin,
  onApart,
}: {
  scenes: readonly Scene[]
  suggested: readonly SuggestedClip[]
  joined: number
  /** Takes the cut before this frame away. */
  onJoin: (frame: number) => void
  onApart: () => void
}) {
  const { playback } = useStudio()
  const [shown, setShown] = useState(ROWS)
  const show = (timeS: number) => {
    playback.pause()
    playback.seekTime(timeS)
  }
  return (
    <div>
      <div className="flex min-h-11 items-center justify-between">
        <h2 className="text-sm font-semibold">
          Scenes <span className="tabular ml-1 font-normal text-muted">{scenes.length}</span>
        </h2>
        {joined > 0 ? (
          <Button size="sm" tone="quiet" onClick={onApart}>
            Bring cuts back
          </Button>
        ) : null}
      </div>
      <ol>
        {suggested.slice(0, shown).map(({ id, startS, endS }, index) => {
          const next = scenes[index + 1]
          return (
            <li key={id} className="flex items-center border-t border-line">
              <button
                type="button"
                onClick={() => show(startS)}
                className="tabular flex min-h-11 min-w-0 flex-1 items-center justify-between gap-2 rounded-sm text-left text-sm hover:bg-raised"
              >
                <span className="font-medium">Scene {index + 1}</span>
                <span className="text-muted">
                  {formatTimecode(startS)} · {(endS - startS).toFixed(1)} s
                </span>
              </button>
              <Button
                size="sm"
                tone="quiet"
                icon
                disabled={!next}
                aria-label={`Join scene ${index + 1} with the next`}
                title="Join with the next"
                onClick={() => {
                  if (next) onJoin(next.start_frame)
                }}
              >
                <Combine aria-hidden />
              </Button>
            </li>
          )
        })}
      </ol>
      {suggested.length > shown ? (
        <Button size="sm" tone="quiet" onClick={() => setShown(shown + ROWS)}>
          Show {Math.min(ROWS, suggested.length - shown)} more
        </Button>
      ) : null}
    </div>
  )
}
