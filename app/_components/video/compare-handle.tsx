'use client'

import { ChevronsLeftRight } from 'lucide-react'
import type { KeyboardEvent } from 'react'

const STEP = 2
const BIG_STEP = 10

/** The line between before and after: a slider for the keyboard; dragging is done by the frame around it. */
export function CompareHandle({ percent, onChange }: { percent: number; onChange: (percent: number) => void }) {
  const onKeyDown = (event: KeyboardEvent) => {
    const next = {
      ArrowLeft: percent - (event.shiftKey ? BIG_STEP : STEP),
      ArrowDown: percent - STEP,
      ArrowRight: percent + (event.shiftKey ? BIG_STEP : STEP),
      ArrowUp: percent + STEP,
      PageDown: percent - BIG_STEP,
      PageUp: percent + BIG_STEP,
      Home: 0,
      End: 100,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    onChange(Math.min(100, Math.max(0, next)))
  }
  return (
    <div className="pointer-events-none absolute inset-y-0 w-0" style={{ left: `${percent}%` }}>
      <span className="absolute inset-y-0 -left-px w-0.5 bg-white shadow-[0_0_0_1px_rgb(0_0_0/0.35)]" />
      <div
        role="slider"
        tabIndex={0}
        aria-label="Compare before and after"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(percent)}
        aria-valuetext={`${Math.round(percent)} % original, ${100 - Math.round(percent)} % upscaled`}
        onKeyDown={onKeyDown}
        className="absolute top-1/2 -left-6 grid size-12 -translate-y-1/2 place-items-center rounded-full bg-white text-[#0d1512] shadow-[0_2px_12px_rgb(0_0_0/0.4)] focus-visible:rounded-full focus-visible:outline-4 focus-visible:outline-ball"
      >
        <ChevronsLeftRight aria-hidden className="size-5" />
      </div>
    </div>
  )
}
