'use client'

import { type KeyboardEvent, useRef, useState } from 'react'
import { Transport } from './transport.tsx'
import { useSyncedPlayback } from './use-synced-playback.ts'

const SKIP_S = 5

/** One clip with our own bar. With the picture focused: Space plays, ← and → skip 5 s, M is sound, F is full screen. */
export function Player({ src, poster, name, aspect }: { src: string; poster?: string; name: string; aspect: number }) {
  const root = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const [muted, setMuted] = useState(false)
  const [broken, setBroken] = useState(false)
  const playback = useSyncedPlayback(video, null, false)
  const fullscreen = () =>
    void (document.fullscreenElement ? document.exitFullscreen() : root.current?.requestFullscreen())

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') playback.seek(playback.currentS - SKIP_S)
    else if (event.key === 'ArrowRight') playback.seek(playback.currentS + SKIP_S)
    else if (event.key === 'm') setMuted(!muted)
    else if (event.key === 'f') fullscreen()
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={root}
      className="flex flex-col overflow-hidden rounded-lg bg-black [&:fullscreen]:justify-center [&:fullscreen]:rounded-none"
    >
      <button
        type="button"
        aria-label={`${playback.playing ? 'Pause' : 'Play'} ${name}`}
        onKeyDown={onKeyDown}
        onClick={playback.toggle}
        className="relative max-h-[72dvh] w-full focus-visible:-outline-offset-2"
        style={{ aspectRatio: aspect }}
      >
        <video
          ref={video}
          src={src}
          crossOrigin="anonymous"
          poster={poster}
          muted={muted}
          playsInline
          preload="metadata"
          onError={() => setBroken(true)}
          className="absolute inset-0 size-full object-contain"
        />
        {broken ? (
          <span className="absolute inset-0 grid place-items-center p-6 text-center text-sm text-[#a3b5ac]">
            This browser cannot play the file. Download it to watch it elsewhere.
          </span>
        ) : null}
      </button>
      <Transport
        playing={playback.playing}
        currentS={playback.currentS}
        durationS={playback.durationS}
        muted={muted}
        onToggle={playback.toggle}
        onSeek={playback.seek}
        onMute={() => setMuted(!muted)}
        onFullscreen={fullscreen}
      />
    </div>
  )
}
