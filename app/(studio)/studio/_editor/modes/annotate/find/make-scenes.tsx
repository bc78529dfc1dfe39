'use client'

import { Scissors } from 'lucide-react'
import { Button } from '#app/_components/ui/button.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { useDocument, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { MAX_CLIPS } from '#lib/contracts/project.ts'
import { notYetMade, type SuggestedClip } from '#lib/core/project/suggested-clips.ts'
import { makeClips } from './make-clips.ts'

/** "Make 12 clips": those that are there stay as they are, and are not made twice. */
export function MakeScenes({ suggested, onMade }: { suggested: readonly SuggestedClip[]; onMade: () => void }) {
  const studio = useStudio()
  const clips = useDocument((document) => document.clips)
  const fresh = notYetMade(suggested, clips).length
  const room = MAX_CLIPS - clips.length
  return (
    <div className="flex flex-col gap-2">
      <Button
        tone="primary"
        disabled={fresh === 0 || fresh > room}
        onClick={() => {
          if (makeClips(studio, suggested)) onMade()
        }}
      >
        <Scissors aria-hidden />
        {fresh === 1 ? 'Make 1 clip' : `Make ${fresh} clips`}
      </Button>
      <LiveRegion>{suggested.length === 1 ? '1 scene' : `${suggested.length} scenes`}</LiveRegion>
      {fresh > room ? (
        <p className="text-xs text-amber">
          A project holds {MAX_CLIPS} clips, so {room} more fit. Raise the threshold for fewer scenes.
        </p>
      ) : null}
      {fresh === 0 ? <p className="text-xs text-muted">All of these are clips already.</p> : null}
    </div>
  )
}
