'use client'

import { Star, StepBack, StepForward } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { classNames } from '#app/_components/class-names.ts'
import { TextInput } from '#app/_components/ui/field.tsx'
import { usePlayback, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode, parseTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import { nearestEdge } from '#app/(studio)/studio/_editor/timeline/snap-time.ts'
import type { ProjectClip } from '#lib/contracts/project.ts'
import { clipName } from '#lib/core/project/to-task-request.ts'

const RATINGS = [1, 2, 3, 4, 5] as const

/** Name, rating and edges of the selected clip: in numbers what the timeline does by dragging. */
export function ClipForm({ clip, index }: { clip: ProjectClip; index: number }) {
  const { session } = useStudio()
  const id = useId()
  const name = clipName(clip.label, index)
  return (
    <div className="mb-2 flex flex-col gap-3 rounded-b-md bg-ball-wash px-3 pt-1 pb-3">
      <div>
        <label htmlFor={`${id}-label`} className="mb-1 block text-xs font-semibold">
          Name
        </label>
        <TextInput
          id={`${id}-label`}
          value={clip.label}
          maxLength={120}
          placeholder={name}
          onChange={(event) =>
            session.edit(
              { type: 'change_clip', id: clip.id, changes: { label: event.target.value } },
              `label-${clip.id}-${id}`,
            )
          }
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
          }}
          className="text-sm"
        />
      </div>
      <Rating clip={clip} />
      <div className="grid grid-cols-2 gap-2">
        <EdgeField clip={clip} edge="start" label="Starts" />
        <EdgeField clip={clip} edge="end" label="Ends" />
      </div>
    </div>
  )
}

/** One to five; the same star again takes the rating away. */
function Rating({ clip }: { clip: ProjectClip }) {
  const { session } = useStudio()
  return (
    <fieldset className="flex items-center gap-0.5">
      <legend className="sr-only">Rating</legend>
      {RATINGS.map((rating) => (
        <button
          key={rating}
          type="button"
          aria-label={`${rating} of 5`}
          aria-pressed={clip.rating === rating}
          onClick={() =>
            session.edit({
              type: 'change_clip',
              id: clip.id,
              changes: { rating: clip.rating === rating ? null : rating },
            })
          }
          className="grid size-8 place-items-center rounded-sm text-amber hover:bg-amber-wash"
        >
          <Star aria-hidden className={classNames('size-4', rating <= (clip.rating ?? 0) && 'fill-current')} />
        </button>
      ))}
    </fieldset>
  )
}

function EdgeField({ clip, edge, label }: { clip: ProjectClip; edge: 'start' | 'end'; label: string }) {
  const { session, playback } = useStudio()
  const id = useId()
  const clock = usePlayback((state) => state.clock)
  const timeS = edge === 'start' ? clip.start_time : clip.end_time
  const [text, setText] = useState(formatTimecode(timeS))
  const typing = useRef(false)
  useEffect(() => {
    if (!typing.current) setText(formatTimecode(timeS))
  }, [timeS])
  const put = (seconds: number) => {
    const changes = edge === 'start' ? { start_time: seconds } : { end_time: seconds }
    if (!session.edit({ type: 'change_clip', id: clip.id, changes })) return
    playback.pause()
    // The picture shows the first or the last frame of the clip.
    playback.seekFrame(edge === 'start' ? clock.frameAt(seconds) : clock.frameAt(seconds - 2e-5))
  }
  const step = (frames: number) => {
    // Where the last frame ends there is no frame any more, so an end is counted from the frame before it.
    const frame = edge === 'start' ? clock.frameAt(timeS) : clock.frameAt(timeS - 2e-5) + 1
    put(clock.timeOf(Math.max(0, frame + frames)))
  }
  const commit = () => {
    typing.current = false
    const typed = parseTimecode(text)
    if (typed !== null && formatTimecode(typed) !== formatTimecode(timeS)) put(nearestEdge(clock, typed))
    setText(formatTimecode(timeS))
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs font-semibold">
        {label}
      </label>
      <div className="flex items-center">
        <StepButton label={`${label} one frame earlier`} onClick={() => step(-1)}>
          <StepBack aria-hidden className="size-3.5" />
        </StepButton>
        <TextInput
          id={id}
          inputMode="decimal"
          value={text}
          onFocus={() => {
            typing.current = true
          }}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur()
          }}
          className="tabular min-w-0 px-1 text-center text-sm"
        />
        <StepButton label={`${label} one frame later`} onClick={() => step(1)}>
          <StepForward aria-hidden className="size-3.5" />
        </StepButton>
      </div>
    </div>
  )
}

function StepButton({ label, onClick, children }: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid h-11 w-7 shrink-0 place-items-center rounded-sm text-muted hover:text-text"
    >
      {children}
    </button>
  )
}
