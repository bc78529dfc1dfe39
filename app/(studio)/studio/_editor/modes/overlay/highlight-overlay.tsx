'use client'

import { useMemo, useRef, useState } from 'react'
import { LivePreview } from '#app/(studio)/studio/_editor/preview/live-preview.tsx'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { highlightRegions } from '#lib/core/project/highlight-regions.ts'
import { unpackTracks } from '#lib/core/project/packed-tracks.ts'
import { type PlayerBox, playersAt } from '#lib/core/project/players.ts'
import { highlightScene } from '#lib/core/project/preview-scene.ts'
import { EllipseShape, HandButton } from './ellipse-shape.tsx'
import { highlightPlayer } from './overlay-actions.ts'
import { type Drawn, useOverlayGestures } from './overlay-gestures.ts'
import { playersOf } from './players-of.ts'

/** Over the picture: the effects, everyone who was found, and the ellipse in hand. */
export function HighlightOverlay() {
  const { source } = useStudio()
  const host = useRef<HTMLDivElement>(null)
  const [hovered, setHovered] = useState<number | null>(null)
  const [drawn, setDrawn] = useState<Drawn | null>(null)
  const boxes = useBoxes()
  const tool = useSession((state) => state.overlay.tool)
  const held = useSession((state) => state.overlay.highlight !== null) || tool === 'draw'
  const listeners = useOverlayGestures({ host, boxes, onHover: setHovered, onDrawn: setDrawn })
  return (
    <div
      ref={host}
      {...listeners}
      className="absolute inset-0 select-none"
      style={{
        cursor: tool === 'draw' ? 'crosshair' : hovered === null ? 'default' : 'pointer',
        touchAction: held ? 'none' : 'manipulation',
      }}
    >
      <Effects />
      {boxes.map((box) => (
        <BoxButton key={box.player.id} box={box} hovered={hovered === box.player.id} />
      ))}
      <svg
        aria-hidden
        viewBox={`0 0 ${source.width} ${source.height}`}
        preserveAspectRatio="none"
        className="pointer-events-none absolute inset-0 size-full"
      >
        <EllipseShape />
        {drawn ? <ellipse {...drawn} className="fill-none stroke-white" vectorEffect="non-scaling-stroke" /> : null}
      </svg>
      <HandButton />
    </div>
  )
}

function useBoxes(): PlayerBox[] {
  const tracks = useSession((state) => state.overlay.tracks)
  const identities = useDocument((document) => document.tracks.identities)
  const frame = usePlayback((state) => state.frame)
  return useMemo(() => {
    if (!tracks) return []
    const boxes = playersAt(tracks.packed, playersOf(tracks.packed, identities), frame)
    return boxes.sort((a, b) => a.corners[0] - b.corners[0])
  }, [tracks, identities, frame])
}

/** What the export will show, without the crop; nothing while there is no highlight. */
function Effects() {
  const { source } = useStudio()
  const document = useDocument((whole) => whole)
  const tracks = useSession((state) => state.overlay.tracks)
  const preview = useSession((state) => state.overlay.preview)
  const { highlights, tracks: edited } = document
  // Only what is seen makes a new scene: names of clips do not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const scene = useMemo(() => {
    const followed = new Set(highlightRegions(document).flatMap(({ track_id }) => track_id ?? []))
    return highlightScene(document, source, tracks ? unpackTracks(tracks.packed, followed) : undefined)
  }, [highlights.effect, highlights.regions, edited, tracks, source])
  if (!preview || !scene.highlight) return null
  return (
    <div className="pointer-events-none absolute inset-0">
      <LivePreview scene={scene} label="The picture with its highlights" over />
    </div>
  )
}

/** A player as a button: reached with Tab and the arrow keys; the pointer is read by the picture as a whole, so that small ones are hit. */
function BoxButton({ box, hovered }: { box: PlayerBox; hovered: boolean }) {
  const studio = useStudio()
  const { session, source } = studio
  const { player, corners } = box
  const selected = useSession((state) => state.overlay.player === player.id)
  const highlighted = useDocument(({ highlights }) =>
    highlights.regions.some(({ follows }) => follows.kind === 'track' && follows.track_id === player.id),
  )
  const [left, top, right, bottom] = corners
  const shown = selected || hovered
  return (
    <button
      type="button"
      aria-label={highlighted ? `${player.name}, highlighted` : `Highlight ${player.name}`}
      aria-pressed={highlighted}
      onFocus={() => session.setOverlay({ player: player.id })}
      onClick={() => highlightPlayer(studio, player)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
        event.preventDefault()
        const { nextElementSibling: next, previousElementSibling: before } = event.currentTarget
        const beside = event.key === 'ArrowDown' ? next : before
        if (beside instanceof HTMLButtonElement) beside.focus()
      }}
      className="pointer-events-none absolute"
      style={{
        left: `${(100 * left) / source.width}%`,
        top: `${(100 * top) / source.height}%`,
        width: `${(100 * (right - left)) / source.width}%`,
        height: `${(100 * (bottom - top)) / source.height}%`,
        borderRadius: 4,
        border: `${shown ? 3 : 1.5}px solid ${highlighted ? 'var(--ball)' : shown ? '#fff' : 'rgb(255 255 255 / 0.75)'}`,
        boxShadow: '0 0 0 1px rgb(0 0 0 / 0.55)',
      }}
    >
      {shown || player.named ? (
        <span className="absolute bottom-full left-0 mb-1 rounded-sm bg-black/80 px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap text-white">
          {player.name}
        </span>
      ) : null}
    </button>
  )
}
