'use client'

import { Diamond, Scissors, TriangleAlert } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { classNames } from '#app/_components/class-names.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import type { CropPoint } from '#lib/contracts/project.ts'
import { describeConfidence, describeReason, isDoubtful, keyframeIndex } from '#lib/core/project/crop-keyframes.ts'
import { goToDoubtful, goToKeyframe } from './framing-actions.ts'

const ROW_PX = 52
/** Rows beyond both ends of what is seen, so that the focus can move on. */
const AROUND = 6

/** Where the camera is told what to show, and why. Only the rows that are seen exist: a path can have thousands. */
export function KeyframeList() {
  const studio = useStudio()
  const keyframes = useDocument((document) => document.crop.keyframes)
  const doubtful = keyframes.reduce((count, keyframe) => count + (isDoubtful(keyframe) ? 1 : 0), 0)
  return (
    <section aria-labelledby="keyframes-title" className="border-b border-line pb-2">
      <div className="flex min-h-12 flex-wrap items-center gap-2 pr-2 pl-4">
        <h2 id="keyframes-title" className="mr-auto text-sm font-semibold">
          Keyframes
          {keyframes.length > 0 ? (
            <span className="tabular ml-1.5 font-normal text-muted">{keyframes.length}</span>
          ) : null}
        </h2>
        {doubtful > 0 ? (
          <Button size="sm" tone="quiet" title="D" onClick={() => goToDoubtful(studio)}>
            <TriangleAlert aria-hidden className="text-amber" />
            Next doubtful <span className="tabular font-normal">({doubtful})</span>
          </Button>
        ) : null}
      </div>
      {keyframes.length === 0 ? (
        <p className="px-4 pb-3 text-sm text-muted">
          Drag the bright frame onto the action; wherever you do, the camera will be there at that moment and glide in
          between.
        </p>
      ) : (
        <Rows keyframes={keyframes} />
      )}
    </section>
  )
}

function Rows({ keyframes }: { keyframes: readonly CropPoint[] }) {
  const list = useRef<HTMLOListElement>(null)
  const [top, setTop] = useState(0)
  const frame = usePlayback((state) => state.frame)
  const current = keyframeIndex(keyframes, frame)
  useEffect(() => {
    const element = list.current
    if (!element || current < 0) return
    const [above, below] = [current * ROW_PX, (current + 1) * ROW_PX]
    if (above < element.scrollTop) element.scrollTop = above
    if (below > element.scrollTop + element.clientHeight) element.scrollTop = below - element.clientHeight
  }, [current])
  const height = 5 * ROW_PX
  const first = Math.max(0, Math.floor(top / ROW_PX) - AROUND)
  const shown = keyframes.slice(first, Math.ceil((top + height) / ROW_PX) + AROUND)
  return (
    <ol
      ref={list}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by keyboard
      tabIndex={0}
      aria-label="Keyframes"
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      className="relative mx-2 overflow-y-auto rounded-md"
      style={{ maxHeight: height }}
    >
      <li aria-hidden style={{ height: keyframes.length * ROW_PX }} />
      {shown.map((keyframe, index) => (
        <Row key={keyframe.frame} keyframe={keyframe} place={first + index} total={keyframes.length} />
      ))}
    </ol>
  )
}

function Row({ keyframe, place, total }: { keyframe: CropPoint; place: number; total: number }) {
  const studio = useStudio()
  const clock = usePlayback((state) => state.clock)
  const selected = useSession((state) => state.keyframes.includes(keyframe.frame))
  const doubtful = isDoubtful(keyframe)
  const sure = describeConfidence(keyframe)
  return (
    <li
      aria-posinset={place + 1}
      aria-setsize={total}
      className="absolute inset-x-0"
      style={{ top: place * ROW_PX, height: ROW_PX }}
    >
      <button
        type="button"
        aria-current={selected ? 'true' : undefined}
        onClick={() => goToKeyframe(studio, keyframe.frame)}
        className={classNames(
          'flex size-full items-center gap-2.5 rounded-md px-2 text-left focus-visible:-outline-offset-2',
          selected ? 'bg-ball-wash' : 'hover:bg-raised',
        )}
      >
        <Diamond
          aria-hidden
          className={classNames(
            'size-3.5 shrink-0',
            keyframe.source === 'manual' ? 'fill-current text-ball-text' : 'text-sky',
          )}
        />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{describeReason(keyframe)}</span>
          <span className={classNames('tabular block text-xs', doubtful ? 'font-semibold text-amber' : 'text-muted')}>
            {formatTimecode(clock.timeOf(keyframe.frame))}
            {sure ? ` · ${sure}` : ''}
            {doubtful ? ', have a look' : ''}
          </span>
        </span>
        {keyframe.cut ? (
          <span title="The camera jumps here">
            <Scissors aria-hidden className="size-3.5 text-muted" />
            <span className="sr-only">The camera jumps here</span>
          </span>
        ) : null}
      </button>
    </li>
  )
}
