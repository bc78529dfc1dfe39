'use client'

import { Maximize, Pause, Play, Volume2, VolumeX } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatClock } from '#app/_components/format/format-duration.ts'

/** The bar under a video: play, scrub, time, sound, full screen. */
export function Transport({
  playing,
  currentS,
  durationS,
  muted,
  onToggle,
  onSeek,
  onMute,
  onFullscreen,
}: {
  playing: boolean
  currentS: number
  durationS: number
  muted?: boolean
  onToggle: () => void
  onSeek: (seconds: number) => void
  onMute?: () => void
  onFullscreen: () => void
}) {
  return (
    <div className="flex items-center gap-1 bg-[#0a100e] px-2 py-1.5 text-[#eef4f0]">
      <ControlButton label={playing ? 'Pause' : 'Play'} onClick={onToggle}>
        {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
      </ControlButton>
      <input
        type="range"
        aria-label="Position"
        aria-valuetext={`${formatClock(currentS)} of ${formatClock(durationS)}`}
        min={0}
        max={durationS || 1}
        step={0.04}
        value={Math.min(currentS, durationS || 1)}
        onChange={(event) => onSeek(event.target.valueAsNumber)}
        className="h-9 min-w-0 flex-1 cursor-pointer accent-[#ff6b2c]"
      />
      <span className="tabular px-2 text-right text-xs text-[#a3b5ac]">
        {formatClock(currentS)} / {formatClock(durationS)}
      </span>
      {onMute ? (
        <ControlButton label={muted ? 'Turn sound on' : 'Turn sound off'} onClick={onMute}>
          {muted ? <VolumeX aria-hidden /> : <Volume2 aria-hidden />}
        </ControlButton>
      ) : null}
      <ControlButton label="Full screen" onClick={onFullscreen}>
        <Maximize aria-hidden />
      </ControlButton>
    </div>
  )
}

function ControlButton({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-9 shrink-0 place-items-center rounded-sm hover:bg-white/10 focus-visible:outline-[#ff8d5c] [&_svg]:size-[1.1rem]"
    >
      {children}
    </button>
  )
}
