'use client'

import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import { LivePreview } from '#app/(studio)/studio/_editor/preview/live-preview.tsx'
import { useStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { useDocument, usePlayback, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { Rectangle } from '#lib/contracts/geometry.ts'
import { CROP_HANDLES, type CropHandle, handlePoint, moveCrop, resizeCrop } from '#lib/core/project/crop-handles.ts'
import { aspectRatio } from '#lib/core/project/crop-shapes.ts'
import { listenForCropGestures } from './crop-gestures.ts'
import { cropHere, keepCrop, putCrop } from './framing-actions.ts'
import { framingOf } from './framing-state.ts'
import { useCrop, useFramingScene, useWideScreen } from './use-framing.ts'

/** The crop over the picture, or on small screens the result in its place. */
export function CropOverlay() {
  const { session } = useStudio()
  const showsResult = useStore(framingOf(session), (state) => state.showsResult)
  const wide = useWideScreen()
  const crop = useCrop()
  if (showsResult && !wide) return <ResultInPlace />
  return crop ? <CropBox crop={crop} /> : null
}

function ResultInPlace() {
  const scene = useFramingScene()
  return (
    <div className="absolute inset-0 bg-black">
      <LivePreview scene={scene} label="The result at this moment" />
    </div>
  )
}

const CORNERS = {
  nw: 'top left',
  ne: 'top right',
  se: 'bottom right',
  sw: 'bottom left',
} as const satisfies Record<CropHandle, string>

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function CropBox({ crop }: { crop: Rectangle }) {
  const studio = useStudio()
  const { source } = studio
  const surface = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = surface.current
    if (!element) return undefined
    const focus = (part: string) =>
      element.querySelector<HTMLElement>(`[data-part=${part}]`)?.focus({ preventScroll: true })
    return listenForCropGestures(studio, element, focus)
  }, [studio])
  const onKeys = useKeySteps()
  const place = {
    left: `${(100 * crop.x) / source.width}%`,
    top: `${(100 * crop.y) / source.height}%`,
    width: `${(100 * crop.width) / source.width}%`,
    height: `${(100 * crop.height) / source.height}%`,
  }
  const where = `${Math.round(crop.x)} across, ${Math.round(crop.y)} down, ${Math.round(crop.width)} wide`
  return (
    <div ref={surface} className="absolute inset-0 touch-none select-none">
      <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden">
        <div className="absolute shadow-[0_0_0_200vmax_rgb(0_0_0/0.62)]" style={place} />
      </div>
      <Guides />
      <button
        type="button"
        data-part="inside"
        aria-label={`Crop: ${where}. Arrow keys move it, Shift by ten; Enter keeps it here.`}
        className="pointer-events-none absolute border-2 border-white outline-offset-2 focus-visible:outline-2 focus-visible:outline-ball"
        style={place}
        onClick={() => keepCrop(studio)}
        {...onKeys('inside')}
      >
        <Thirds />
      </button>
      {CROP_HANDLES.map((handle) => {
        const { x, y } = handlePoint(crop, handle)
        return (
          <button
            key={handle}
            type="button"
            data-part={handle}
            aria-label={`Resize at the ${CORNERS[handle]}. Arrow keys resize, Shift by ten.`}
            className="pointer-events-none absolute size-4 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-black bg-white outline-offset-2 focus-visible:outline-2 focus-visible:outline-ball"
            style={{ left: inside((100 * x) / source.width), top: inside((100 * y) / source.height) }}
            {...onKeys(handle)}
          />
        )
      })}
    </div>
  )
}

/** A corner at the edge of the picture is seen whole. */
function inside(percent: number): string {
  return `clamp(0.5rem, ${percent}%, calc(100% - 0.5rem))`
}

/** Arrow keys on a part of the crop; a key that is held is one step to undo. */
function useKeySteps() {
  const studio = useStudio()
  const gesture = useRef<string | null>(null)
  return useMemo(() => {
    const step = (part: CropHandle | 'inside', event: KeyboardEvent) => {
      const direction = STEPS[event.key]
      const crop = cropHere(studio)
      if (!direction || !crop || event.altKey || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      gesture.current ??= `crop-keys-${crypto.randomUUID()}`
      const by = event.shiftKey ? 10 : 1
      putCrop(studio, stepped(crop, part, [direction[0] * by, direction[1] * by]), gesture.current)
    }
    const stepped = (crop: Rectangle, part: CropHandle | 'inside', [dx, dy]: readonly [number, number]) => {
      const { source, session } = studio
      if (part === 'inside') return moveCrop(crop, dx, dy, source)
      const { x, y } = handlePoint(crop, part)
      const ratio = aspectRatio(session.document.crop.aspect) ?? crop.width / crop.height
      // One direction leads; the other follows from the shape.
      const outwards = part === 'ne' || part === 'se' ? 1 : -1
      const downwards = part === 'se' || part === 'sw' ? 1 : -1
      const wider = dx === 0 ? dy * downwards * ratio : dx * outwards
      const to = { x: x + wider * outwards, y: y + (wider / ratio) * downwards }
      return resizeCrop(crop, part, to, { ratio, source })
    }
    return (part: CropHandle | 'inside') => ({
      onKeyDown: (event: KeyboardEvent) => step(part, event),
      onKeyUp: () => {
        gesture.current = null
      },
    })
  }, [studio])
}

/** Where the centre has snapped to. */
function Guides() {
  const { session, source } = useStudio()
  const { x, y } = useStore(framingOf(session), (state) => state.guides)
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      {x === null ? null : (
        <div className="absolute inset-y-0 w-px bg-[#7cc4ff]" style={{ left: `${(100 * x) / source.width}%` }} />
      )}
      {y === null ? null : (
        <div className="absolute inset-x-0 h-px bg-[#7cc4ff]" style={{ top: `${(100 * y) / source.height}%` }} />
      )}
    </div>
  )
}

function Thirds() {
  const playing = usePlayback((state) => state.playing)
  const cropped = useDocument((document) => document.crop.aspect !== 'source')
  if (playing || !cropped) return null
  return (
    <span aria-hidden className="absolute inset-0">
      <span className="absolute inset-y-0 left-1/3 w-px bg-white/35" />
      <span className="absolute inset-y-0 left-2/3 w-px bg-white/35" />
      <span className="absolute inset-x-0 top-1/3 h-px bg-white/35" />
      <span className="absolute inset-x-0 top-2/3 h-px bg-white/35" />
    </span>
  )
}
