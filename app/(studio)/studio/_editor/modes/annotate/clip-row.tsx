'use client'

import { ArrowDown, ArrowUp, Combine, EllipsisVertical, GripVertical, Scissors, Star, Trash2 } from 'lucide-react'
import type { PointerEvent } from 'react'
import { classNames } from '#app/_components/class-names.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Menu, MenuItem } from '#app/_components/ui/menu.tsx'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import type { ProjectClip } from '#lib/contracts/project.ts'
import { clipName } from '#lib/core/project/to-task-request.ts'
import { mergeWithNext, moveSelected, removeSelected, splitAtPlayhead } from './clip-actions.ts'

export function ClipRow({
  clip,
  index,
  count,
  selected,
  open,
  dragged,
  onHandle,
}: {
  clip: ProjectClip
  index: number
  count: number
  selected: boolean
  /** Its form is shown below. */
  open: boolean
  dragged: boolean
  onHandle: (event: PointerEvent<HTMLElement>) => void
}) {
  const { session, playback } = useStudio()
  const name = clipName(clip.label, index)
  const choose = (more: boolean) => {
    const now = session.store.get().selected
    if (!more) session.select([clip.id])
    else session.select(selected ? now.filter((id) => id !== clip.id) : [...now, clip.id])
    playback.pause()
    playback.seekTime(clip.start_time)
  }
  return (
    <div
      className={classNames(
        'flex min-h-12 items-center gap-1 pr-1',
        open ? 'rounded-t-md' : 'rounded-md',
        selected ? 'bg-ball-wash' : 'hover:bg-raised',
        dragged && 'opacity-50',
      )}
    >
      <span
        aria-hidden
        onPointerDown={onHandle}
        className="grid h-12 w-6 shrink-0 cursor-grab touch-none place-items-center text-faint active:cursor-grabbing"
      >
        <GripVertical className="size-4" />
      </span>
      <input
        type="checkbox"
        checked={clip.kept}
        aria-label={`Keep ${name}`}
        title={clip.kept ? 'Kept: goes into the reel' : 'Left out of the reel'}
        onChange={(event) =>
          session.edit({ type: 'change_clip', id: clip.id, changes: { kept: event.target.checked } })
        }
        className="size-5 shrink-0 cursor-pointer accent-grass"
      />
      <button
        type="button"
        aria-current={selected || undefined}
        onClick={(event) => choose(event.shiftKey || event.ctrlKey || event.metaKey)}
        className="min-w-0 flex-1 py-1.5 pl-1.5 text-left"
      >
        <span
          className={classNames(
            'block truncate text-sm font-medium',
            clip.kept ? 'text-text' : 'text-muted line-through',
          )}
        >
          {name}
        </span>
        <span className="tabular flex items-center gap-2 text-xs text-muted">
          {formatTimecode(clip.start_time)} · {(clip.end_time - clip.start_time).toFixed(2)} s
          {clip.rating ? <Stars rating={clip.rating} /> : null}
        </span>
      </button>
      <RowMenu clip={clip} name={name} first={index === 0} last={index === count - 1} />
    </div>
  )
}

function Stars({ rating }: { rating: number }) {
  return (
    <span role="img" aria-label={`${rating} of 5`} className="inline-flex items-center gap-0.5 text-amber">
      <Star aria-hidden className="size-3 fill-current" />
      {rating}
    </span>
  )
}

function RowMenu({ clip, name, first, last }: { clip: ProjectClip; name: string; first: boolean; last: boolean }) {
  const studio = useStudio()
  /** What the menu does is done to its own row, and that is then the selected one. */
  const on = (act: () => void) => () => {
    studio.session.select([clip.id])
    act()
  }
  return (
    <Menu
      trigger={
        <Button tone="quiet" size="sm" icon aria-label={`Actions for ${name}`}>
          <EllipsisVertical aria-hidden />
        </Button>
      }
    >
      {first ? null : (
        <MenuItem icon={<ArrowUp aria-hidden />} onSelect={on(() => moveSelected(studio, -1))}>
          Move up
        </MenuItem>
      )}
      {last ? null : (
        <MenuItem icon={<ArrowDown aria-hidden />} onSelect={on(() => moveSelected(studio, 1))}>
          Move down
        </MenuItem>
      )}
      <MenuItem icon={<Scissors aria-hidden />} onSelect={on(() => splitAtPlayhead(studio))}>
        Split at the playhead
      </MenuItem>
      {last ? null : (
        <MenuItem icon={<Combine aria-hidden />} onSelect={on(() => mergeWithNext(studio, clip.id))}>
          Merge with the next
        </MenuItem>
      )}
      <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={on(() => removeSelected(studio))}>
        Delete
      </MenuItem>
    </Menu>
  )
}
