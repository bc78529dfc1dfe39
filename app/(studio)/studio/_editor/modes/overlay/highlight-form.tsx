'use client'

import { useId } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { TextInput } from '#app/_components/ui/field.tsx'
import { Slider } from '#app/_components/ui/slider.tsx'
import { NumberField } from '#app/(studio)/studio/_editor/modes/framing/number-field.tsx'
import { usePlayback, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProjectHighlight } from '#lib/contracts/project.ts'
import type { HighlightChanges } from '#lib/core/project/edits.ts'
import { type EllipseForm, ellipseAt } from '#lib/core/project/ellipse-handles.ts'
import { putEllipse } from './overlay-actions.ts'

/** The selected highlight in words and numbers: everything that dragging does. Frames are counted from 1, as under the picture. */
export function HighlightForm({ highlight, name }: { highlight: ProjectHighlight; name: string }) {
  const { session, playback } = useStudio()
  const id = useId()
  const change = (changes: HighlightChanges, gesture?: string) =>
    session.edit({ type: 'change_highlight', id: highlight.id, changes }, gesture)
  const here = () => playback.store.get().frame
  return (
    <div className="flex flex-col gap-3 rounded-b-md bg-ball-wash px-3 pt-1 pb-3">
      <div>
        <label htmlFor={`${id}-name`} className="mb-1 block text-xs font-semibold">
          Name
        </label>
        <TextInput
          id={`${id}-name`}
          value={highlight.name}
          maxLength={120}
          placeholder={name}
          onChange={(event) => change({ name: event.target.value }, `highlight-name-${highlight.id}-${id}`)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
          }}
          className="text-sm"
        />
      </div>
      <div className="grid grid-cols-2 gap-2">
        <NumberField
          label="First frame"
          value={highlight.start_frame + 1}
          onChange={(frame) => change({ start_frame: Math.round(frame) - 1 })}
        />
        <NumberField
          label="Last frame"
          value={highlight.end_frame}
          onChange={(frame) => change({ end_frame: Math.round(frame) })}
        />
        <Button size="sm" onClick={() => change({ start_frame: here() })}>
          Starts here
        </Button>
        <Button size="sm" onClick={() => change({ end_frame: here() + 1 })}>
          Ends here
        </Button>
      </div>
      <div>
        <p className="mb-1 flex justify-between text-xs font-semibold">
          Strength <span className="tabular font-normal text-muted">{Math.round(100 * highlight.opacity)} %</span>
        </p>
        <Slider
          label="Strength"
          value={highlight.opacity}
          min={0}
          max={1}
          step={0.05}
          inWords={(value) => `${Math.round(100 * value)} %`}
          onChange={(opacity) => change({ opacity }, `opacity-${highlight.id}-${id}`)}
        />
      </div>
      {highlight.follows.kind === 'track' ? (
        <FollowedSize highlight={highlight} follows={highlight.follows} />
      ) : (
        <ByHand highlight={highlight} keyframes={highlight.follows.keyframes} />
      )}
    </div>
  )
}

type Follows = ProjectHighlight['follows']

/** As large as the player, or a size that stays. */
function FollowedSize({
  highlight,
  follows,
}: {
  highlight: ProjectHighlight
  follows: Extract<Follows, { kind: 'track' }>
}) {
  const { session, source } = useStudio()
  const { radius_x, radius_y, ...rest } = follows
  const put = (next: Follows) =>
    session.edit({ type: 'change_highlight', id: highlight.id, changes: { follows: next } })
  const fixed = radius_x !== undefined || radius_y !== undefined
  const standard = Math.round(Math.min(source.width, source.height) / 8)
  const [x, y] = [radius_x ?? standard, radius_y ?? standard]
  return (
    <>
      <label className="flex items-center gap-2.5 text-sm">
        <input
          type="checkbox"
          checked={!fixed}
          onChange={(event) => put(event.target.checked ? rest : { ...rest, radius_x: x, radius_y: y })}
          className="size-5 accent-ball"
        />
        As large as the player
      </label>
      {fixed ? (
        <div className="grid grid-cols-2 gap-2">
          <NumberField
            label="Half width"
            unit="px"
            value={x}
            onChange={(value) => put({ ...rest, radius_x: value, radius_y: y })}
          />
          <NumberField
            label="Half height"
            unit="px"
            value={y}
            onChange={(value) => put({ ...rest, radius_x: x, radius_y: value })}
          />
        </div>
      ) : null}
    </>
  )
}

const FIELDS = [
  { key: 'x', label: 'Centre across' },
  { key: 'y', label: 'Centre down' },
  { key: 'radius_x', label: 'Half width' },
  { key: 'radius_y', label: 'Half height' },
] as const satisfies readonly { key: keyof EllipseForm; label: string }[]

function ByHand({
  highlight,
  keyframes,
}: {
  highlight: ProjectHighlight
  keyframes: Extract<Follows, { kind: 'keyframes' }>['keyframes']
}) {
  const studio = useStudio()
  const frame = usePlayback((state) => state.frame)
  const form = ellipseAt(highlight, frame)
  if (!form) return null
  return (
    <>
      <div className="grid grid-cols-2 gap-2">
        {FIELDS.map(({ key, label }) => (
          <NumberField
            key={key}
            label={label}
            unit="px"
            digits={1}
            value={form[key]}
            onChange={(value) => putEllipse(studio, highlight.id, { ...form, [key]: value })}
          />
        ))}
      </div>
      <Keyframes highlight={highlight} frames={keyframes.map((keyframe) => keyframe.frame)} />
    </>
  )
}

/** Where it was set. Moving it at another frame sets one there; in between it glides. */
function Keyframes({ highlight, frames }: { highlight: ProjectHighlight; frames: readonly number[] }) {
  const { session, playback } = useStudio()
  const frame = usePlayback((state) => state.frame)
  const before = frames.findLast((candidate) => candidate < frame)
  const after = frames.find((candidate) => candidate > frame)
  const here = frames.includes(frame)
  const go = (to: number | undefined) => {
    playback.pause()
    if (to !== undefined) playback.seekFrame(to)
  }
  return (
    <div>
      <p className="mb-1 text-xs text-muted" aria-live="polite">
        {frames.length === 1 ? 'Set at one frame.' : `Set at ${frames.length} frames.`} Move it at another frame, and it
        glides there.
      </p>
      <div className="grid grid-cols-3 gap-2">
        <Button size="sm" disabled={before === undefined} onClick={() => go(before)}>
          Before
        </Button>
        <Button
          size="sm"
          disabled={!here || frames.length === 1}
          onClick={() => session.edit({ type: 'remove_ellipses', id: highlight.id, frames: [frame] })}
        >
          Unset here
        </Button>
        <Button size="sm" disabled={after === undefined} onClick={() => go(after)}>
          Next
        </Button>
      </div>
    </div>
  )
}
