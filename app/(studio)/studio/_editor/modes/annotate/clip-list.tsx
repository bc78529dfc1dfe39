'use client'

import { type PointerEvent, useRef, useState } from 'react'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProjectClip } from '#lib/contracts/project.ts'
import { clipName } from '#lib/core/project/to-task-request.ts'
import { ClipForm } from './clip-form.tsx'
import { ClipRow } from './clip-row.tsx'

/** The clips in reel order. A row is moved by its handle, by Alt and the arrow keys, or from its menu. */
export function ClipList({ clips }: { clips: readonly ProjectClip[] }) {
  const selected = useSession((state) => state.selected)
  const list = useRef<HTMLOListElement>(null)
  const { dragged, target, startDrag } = useRowDrag(list, clips)
  const [only] = selected.length === 1 ? selected : []
  const place = clips.findIndex(({ id }) => id === only)
  const chosen = clips[place]
  return (
    <>
      <LiveRegion>
        {chosen
          ? `${clipName(chosen.label, place)}, ${place + 1} of ${clips.length}, ${chosen.kept ? 'kept' : 'left out'}`
          : ''}
      </LiveRegion>
      <ol ref={list} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {clips.map((clip, index) => (
          <li key={clip.id} data-clip={clip.id} className="relative">
            {target === index ? <DropLine edge="top" /> : null}
            <ClipRow
              clip={clip}
              index={index}
              count={clips.length}
              selected={selected.includes(clip.id)}
              open={clip.id === only}
              dragged={dragged === clip.id}
              onHandle={(event) => startDrag(event, clip.id)}
            />
            {clip.id === only ? <ClipForm key={clip.id} clip={clip} index={index} /> : null}
            {target === clips.length && index === clips.length - 1 ? <DropLine edge="bottom" /> : null}
          </li>
        ))}
      </ol>
    </>
  )
}

function DropLine({ edge }: { edge: 'top' | 'bottom' }) {
  return (
    <span
      aria-hidden
      className={`absolute inset-x-1 z-10 h-0.5 rounded-full bg-ball ${edge === 'top' ? '-top-px' : '-bottom-px'}`}
    />
  )
}

/** Where a dragged row would go, counted between the rows. */
function useRowDrag(list: React.RefObject<HTMLOListElement | null>, clips: readonly ProjectClip[]) {
  const { session } = useStudio()
  const [drag, setDrag] = useState<{ readonly id: string; readonly target: number } | null>(null)

  const gapAt = (y: number): number => {
    const rows = [...(list.current?.querySelectorAll('[data-clip]') ?? [])].map((row) => row.getBoundingClientRect())
    const gap = rows.findIndex(({ top, height }) => y < top + height / 2)
    return gap < 0 ? rows.length : gap
  }
  const startDrag = (event: PointerEvent<HTMLElement>, id: string) => {
    if (event.button !== 0) return
    event.preventDefault()
    const handle = event.currentTarget
    handle.setPointerCapture(event.pointerId)
    const stop = new AbortController()
    const { signal } = stop
    let target = clips.findIndex((clip) => clip.id === id)
    setDrag({ id, target })
    handle.addEventListener(
      'pointermove',
      (moved) => {
        target = gapAt((moved as globalThis.PointerEvent).clientY)
        setDrag({ id, target })
      },
      { signal },
    )
    const finish = (drop: boolean) => {
      stop.abort()
      setDrag(null)
      const from = clips.findIndex((clip) => clip.id === id)
      if (drop)
        session.edit({ type: 'move_clip', id, to: Math.min(clips.length - 1, target > from ? target - 1 : target) })
    }
    handle.addEventListener('pointerup', () => finish(true), { signal })
    handle.addEventListener('pointercancel', () => finish(false), { signal })
  }
  return { dragged: drag?.id ?? null, target: drag?.target ?? null, startDrag }
}
