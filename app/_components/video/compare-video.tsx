'use client'

import { type PointerEvent, useRef, useState } from 'react'
import { CompareHandle } from './compare-handle.tsx'
import { Transport } from './transport.tsx'
import { useSyncedPlayback } from './use-synced-playback.ts'

export interface CompareSide {
  src: string
  poster?: string
  /** Short, shown in a corner: what this side is. */
  label: string
}

/**
 * Two versions of one clip on top of each other, on the same frame. The line between them follows a finger, the mouse or the arrow
 * keys; a vertical swipe still scrolls the page.
 */
export function CompareVideo({
  before,
  after,
  aspect,
  ambient = false,
  startAt = 50,
}: {
  before: CompareSide
  after: CompareSide
  /** Width ÷ height of the picture: reserves the space, so that nothing moves when it loads. */
  aspect: number
  /** Muted, looping, starts by itself: for a showcase. */
  ambient?: boolean
  startAt?: number
}) {
  const root = useRef<HTMLDivElement>(null)
  const leader = useRef<HTMLVideoElement>(null)
  const follower = useRef<HTMLVideoElement>(null)
  const [percent, setPercent] = useState(startAt)
  const [muted, setMuted] = useState(ambient)
  const playback = useSyncedPlayback(leader, follower, ambient)

  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    setPercent(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)))
  }
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    follow(event)
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event)
  }
  const common = {
    crossOrigin: 'anonymous',
    playsInline: true,
    preload: 'auto',
    loop: ambient,
    className: 'absolute inset-0 size-full object-contain',
  } as const

  return (
    <div
      ref={root}
      className="flex flex-col overflow-hidden rounded-lg bg-black [&:fullscreen]:rounded-none [&:fullscreen]:justify-center"
    >
      <div
        className="relative w-full cursor-ew-resize touch-pan-y overflow-hidden select-none"
        style={{ aspectRatio: aspect }}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
      >
        <video
          ref={leader}
          src={before.src}
          poster={before.poster}
          muted={muted}
          aria-label={before.label}
          {...common}
        />
        <div className="absolute inset-0" style={{ clipPath: `inset(0 0 0 ${percent}%)` }}>
          <video ref={follower} src={after.src} poster={after.poster} muted aria-label={after.label} {...common} />
        </div>
        <CornerLabel side="left" hidden={percent < 12}>
          {before.label}
        </CornerLabel>
        <CornerLabel side="right" hidden={percent > 88}>
          {after.label}
        </CornerLabel>
        <CompareHandle percent={percent} onChange={setPercent} />
      </div>
      <Transport
        playing={playback.playing}
        currentS={playback.currentS}
        durationS={playback.durationS}
        muted={muted}
        onToggle={playback.toggle}
        onSeek={playback.seek}
        onMute={() => setMuted(!muted)}
        onFullscreen={() =>
          void (document.fullscreenElement ? document.exitFullscreen() : root.current?.requestFullscreen())
        }
      />
    </div>
  )
}

function CornerLabel({ side, hidden, children }: { side: 'left' | 'right'; hidden: boolean; children: string }) {
  return (
    <span
      aria-hidden
      className={`pointer-events-none absolute bottom-3 rounded-sm bg-[#0a100e]/85 px-2 py-1 text-xs font-semibold text-white transition-opacity sm:text-sm ${
        side === 'left' ? 'left-3' : 'right-3'
      } ${hidden ? 'opacity-0' : ''}`}
    >
      {children}
    </span>
  )
}
