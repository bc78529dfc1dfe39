'use client'

import { ChevronFirst, ChevronLast, Pause, Play, StepBack, StepForward, Volume2, VolumeX } from 'lucide-react'
import type { ReactNode } from 'react'
import { usePlayback, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import { jump } from './jump.ts'

/** Under the picture: play, step, where one is. */
export function TransportBar() {
  const studio = useStudio()
  const { playback } = studio
  const playing = usePlayback((state) => state.playing)
  const muted = usePlayback((state) => state.muted)
  return (
    <div className="flex items-center gap-0.5 border-t border-line bg-surface px-2 py-1">
      <Control label="Previous edge or keyframe" onClick={() => jump(studio, -1)}>
        <ChevronFirst aria-hidden />
      </Control>
      <Control label="One frame back" onClick={() => playback.step(-1)}>
        <StepBack aria-hidden />
      </Control>
      <Control label={playing ? 'Pause' : 'Play'} onClick={() => playback.toggle()}>
        {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
      </Control>
      <Control label="One frame on" onClick={() => playback.step(1)}>
        <StepForward aria-hidden />
      </Control>
      <Control label="Next edge or keyframe" onClick={() => jump(studio, 1)}>
        <ChevronLast aria-hidden />
      </Control>
      <Clock />
      <Control label={muted ? 'Turn sound on' : 'Turn sound off'} onClick={() => playback.setMuted(!muted)}>
        {muted ? <VolumeX aria-hidden /> : <Volume2 aria-hidden />}
      </Control>
    </div>
  )
}

function Clock() {
  const clock = usePlayback((state) => state.clock)
  const frame = usePlayback((state) => state.frame)
  const rate = usePlayback((state) => (state.playing ? state.rate : 1))
  return (
    <p className="tabular mr-auto flex min-w-0 items-baseline gap-2 truncate px-2 text-sm">
      <span className="font-semibold">{formatTimecode(clock.timeOf(frame))}</span>
      <span className="text-muted max-sm:hidden">/ {formatTimecode(clock.endS)}</span>
      <span className="text-muted max-sm:hidden" title={clock.exact ? undefined : 'Frame times are still being read'}>
        {clock.exact ? '' : '≈ '}frame {frame + 1}
      </span>
      {rate === 1 ? null : <span className="font-semibold text-ball-text">{rate}×</span>}
    </p>
  )
}

function Control({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      // A click leaves the focus where it was, so that Space goes on meaning play.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
      className="grid size-10 shrink-0 place-items-center rounded-md text-muted hover:bg-raised hover:text-text [&_svg]:size-[1.15rem]"
    >
      {children}
    </button>
  )
}
