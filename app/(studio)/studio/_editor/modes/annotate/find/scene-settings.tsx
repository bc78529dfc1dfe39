'use client'

import { useRef } from 'react'
import { Slider } from '#app/_components/ui/slider.tsx'
import { NumberField } from '#app/(studio)/studio/_editor/modes/framing/number-field.tsx'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'

type Settings = ProjectDocument['scenes']

const BOUNDS = {
  threshold: { low: 1, high: 100 },
  min_scene_length: { low: 0, high: 60 },
} as const satisfies Record<keyof Settings, unknown>

/** How fine the video is cut. A slide is one step to undo, from the press to the next. */
export function SceneSettings({ settings }: { settings: Settings }) {
  const { session } = useStudio()
  const slide = useRef('')
  const begin = () => {
    slide.current = `scenes-${crypto.randomUUID()}`
  }
  const put = (key: keyof Settings, value: number, gesture?: string) => {
    const { low, high } = BOUNDS[key]
    session.edit({ type: 'set_scenes', changes: { [key]: Math.min(high, Math.max(low, value)) } }, gesture)
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_5.5rem] items-end gap-x-3 gap-y-2">
      <div onPointerDownCapture={begin} onFocusCapture={begin}>
        <p aria-hidden className="flex justify-between text-xs text-muted">
          <span>More scenes</span>
          <span>Fewer</span>
        </p>
        <Slider
          label="Threshold"
          min={BOUNDS.threshold.low}
          max={BOUNDS.threshold.high}
          step={1}
          value={settings.threshold}
          inWords={(value) => `${value} of 100`}
          onChange={(value) => put('threshold', value, slide.current)}
        />
      </div>
      <NumberField
        label="Threshold"
        value={settings.threshold}
        digits={1}
        onChange={(value) => put('threshold', value)}
      />
      <p className="self-center text-xs text-muted">Shorter scenes stay with their neighbour.</p>
      <NumberField
        label="At least"
        unit="s"
        value={settings.min_scene_length}
        step={0.5}
        digits={2}
        onChange={(value) => put('min_scene_length', value)}
      />
    </div>
  )
}
