'use client'

import { ClipboardPaste, Copy, Diamond, Scissors, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { useStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { CropPoint } from '#lib/contracts/project.ts'
import { cropZoom, moveCrop, zoomCrop } from '#lib/core/project/crop-handles.ts'
import { keyframeAt } from '#lib/core/project/crop-keyframes.ts'
import { aspectRatio, largestCrop } from '#lib/core/project/crop-shapes.ts'
import { copyCrop, keepCrop, moveKeyframe, pasteCrop, putCrop, removeKeyframes, toggleCut } from './framing-actions.ts'
import { framingOf } from './framing-state.ts'
import { NumberField } from './number-field.tsx'
import { useCrop } from './use-framing.ts'

/** In numbers what the picture does by dragging, and what can be done with the keyframe at the playhead. */
export function CropFields() {
  const studio = useStudio()
  const crop = useCrop()
  const ratio = useDocument((document) => aspectRatio(document.crop.aspect))
  const frame = usePlayback((state) => state.frame)
  const keyframe = useDocument((document) => keyframeAt(document.crop.keyframes, frame))
  if (!crop || ratio === null) return null
  return (
    <section aria-label="Crop here" className="flex flex-col gap-3 border-b border-line p-4">
      <Numbers crop={crop} ratio={ratio} />
      <div className="flex flex-wrap gap-2">
        {keyframe ? (
          <>
            <Button
              size="sm"
              tone={keyframe.cut ? 'primary' : 'secondary'}
              aria-pressed={keyframe.cut === true}
              title="The camera jumps here instead of gliding (X)"
              onClick={() => toggleCut(studio)}
            >
              <Scissors aria-hidden />
              Jump here
            </Button>
            <IconButton label="Delete keyframe" title="Delete keyframe (Del)" onClick={() => removeKeyframes(studio)}>
              <Trash2 aria-hidden />
            </IconButton>
          </>
        ) : (
          <Button size="sm" title="F" onClick={() => keepCrop(studio)}>
            <Diamond aria-hidden />
            Keep it here
          </Button>
        )}
        <CopyButtons />
      </div>
      {keyframe ? <FrameField keyframe={keyframe} /> : null}
    </section>
  )
}

function Numbers({ crop, ratio }: { crop: Rectangle; ratio: number }) {
  const studio = useStudio()
  const { source } = studio
  const shape = { ratio, source }
  const zoomTo = (zoom: number) => putCrop(studio, zoomCrop(crop, zoom, shape))
  return (
    <div className="grid grid-cols-4 gap-2">
      <NumberField
        label="Across"
        value={crop.x}
        digits={1}
        onChange={(x) => putCrop(studio, moveCrop(crop, x - crop.x, 0, source))}
      />
      <NumberField
        label="Down"
        value={crop.y}
        digits={1}
        onChange={(y) => putCrop(studio, moveCrop(crop, 0, y - crop.y, source))}
      />
      <NumberField
        label="Width"
        value={crop.width}
        digits={1}
        onChange={(width) => zoomTo(largestCrop(ratio, source).width / Math.max(1, width))}
      />
      <NumberField
        label="Zoom"
        unit="×"
        value={cropZoom(crop, ratio, source)}
        step={0.05}
        digits={2}
        onChange={zoomTo}
      />
    </div>
  )
}

function FrameField({ keyframe }: { keyframe: CropPoint }) {
  const studio = useStudio()
  const several = useSession((state) => state.keyframes.length)
  return (
    <div className="grid grid-cols-[7rem_1fr] items-end gap-3">
      <NumberField
        label="At frame"
        value={keyframe.frame + 1}
        onChange={(frame) => moveKeyframe(studio, keyframe.frame, frame - 1)}
      />
      {several > 1 ? <p className="pb-3 text-xs text-muted">{several} keyframes are selected.</p> : null}
    </div>
  )
}

function CopyButtons() {
  const studio = useStudio()
  const copied = useStore(framingOf(studio.session), (state) => state.copied !== null)
  return (
    <>
      <IconButton label="Copy crop" title="Copy crop (C)" onClick={() => copyCrop(studio)}>
        <Copy aria-hidden />
      </IconButton>
      <IconButton
        label="Paste crop here"
        title="Paste crop here (V)"
        disabled={!copied}
        onClick={() => pasteCrop(studio)}
      >
        <ClipboardPaste aria-hidden />
      </IconButton>
    </>
  )
}

function IconButton(props: {
  label: string
  title: string
  disabled?: boolean
  onClick: () => void
  children: ReactNode
}) {
  const { label, title, disabled, onClick, children } = props
  return (
    <Button size="sm" tone="quiet" icon aria-label={label} title={title} disabled={disabled} onClick={onClick}>
      {children}
    </Button>
  )
}
