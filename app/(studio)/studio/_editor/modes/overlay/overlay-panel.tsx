'use client'

import { CirclePlus, Eye, EyeOff } from 'lucide-react'
import { Button } from '#app/_components/ui/button.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { useDocument, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { HighlightList } from './highlight-list.tsx'
import { addEllipse } from './overlay-actions.ts'
import { PlayerList } from './player-list.tsx'
import { TracksNotice } from './tracks-notice.tsx'
import { useTracks } from './use-tracks.ts'

const EFFECTS = [
  { value: 'spotlight', label: 'Spotlight' },
  { value: 'ring', label: 'Ring' },
  { value: 'blur', label: 'Blur' },
] as const

const EFFECT_WORDS = {
  spotlight: 'Everything around the player gets darker.',
  ring: 'A bright ring around the player.',
  blur: 'Everything around the player gets blurred.',
} as const

/** Make one player stand out: pick them, or draw the place by hand. */
export function OverlayPanel() {
  const { status, refresh } = useTracks()
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <Effect />
      <HighlightList />
      {status.kind === 'loaded' ? <PlayerList /> : <TracksNotice status={status} onRefresh={refresh} />}
    </div>
  )
}

function Effect() {
  const studio = useStudio()
  const { session } = studio
  const effect = useDocument((document) => document.highlights.effect)
  const tool = useSession((state) => state.overlay.tool)
  const preview = useSession((state) => state.overlay.preview)
  return (
    <section aria-label="Effect" className="flex flex-col gap-3 border-b border-line p-3">
      <Segmented
        label="Effect"
        value={effect}
        options={EFFECTS}
        onChange={(next) => session.edit({ type: 'set_effect', effect: next })}
      />
      <p className="text-xs text-muted">{EFFECT_WORDS[effect]}</p>
      <div className="grid grid-cols-2 gap-2">
        <Button
          size="sm"
          tone={tool === 'draw' ? 'primary' : 'secondary'}
          aria-pressed={tool === 'draw'}
          title="Drag over the picture"
          onClick={() => session.setOverlay({ tool: tool === 'draw' ? 'pick' : 'draw' })}
        >
          <CirclePlus aria-hidden />
          Draw by hand
        </Button>
        <Button size="sm" aria-pressed={preview} onClick={() => session.setOverlay({ preview: !preview })}>
          {preview ? <Eye aria-hidden /> : <EyeOff aria-hidden />}
          {preview ? 'Effect shown' : 'Effect hidden'}
        </Button>
      </div>
      {tool === 'draw' ? (
        <div className="flex flex-wrap items-center gap-2 text-sm" aria-live="polite">
          <p className="flex-1">Drag over the picture, from corner to corner.</p>
          <Button size="sm" onClick={() => addEllipse(studio)}>
            Put it in the middle
          </Button>
        </div>
      ) : null}
    </section>
  )
}
