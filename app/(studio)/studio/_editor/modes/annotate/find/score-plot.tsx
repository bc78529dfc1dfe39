'use client'

import { useMemo } from 'react'
import { scorePeaks } from '#lib/core/scenes/score-peaks.ts'
import type { ScoredFrames } from '#lib/core/scenes/split-scenes.ts'

const COLUMNS = 320
/** Scores are told from 1 to 100; what is above is a cut at any threshold. */
const TOP = 100

/** How much the picture changes, over the whole video; what reaches the line begins a scene. */
export function ScorePlot({
  scored,
  threshold,
  cutTimesS,
}: {
  scored: ScoredFrames
  threshold: number
  cutTimesS: readonly number[]
}) {
  const bars = useMemo(() => barsOf(scorePeaks(scored, COLUMNS)), [scored])
  const startS = scored.times[0] ?? 0
  const spanS = Math.max(1e-9, scored.endTime - startS)
  // One mark per column, however many cuts there are.
  const marks = [...new Set(cutTimesS.map((timeS) => Math.floor(((timeS - startS) / spanS) * COLUMNS)))]
  const line = TOP - threshold
  return (
    <svg
      role="img"
      aria-label={`How much the picture changes over the video. The line is at ${threshold}; ${cutTimesS.length} cuts.`}
      viewBox={`0 0 ${COLUMNS} ${TOP + 10}`}
      preserveAspectRatio="none"
      className="h-28 w-full rounded-md bg-sunk"
    >
      <path d={bars} className="stroke-control" strokeWidth={1} vectorEffect="non-scaling-stroke" fill="none" />
      <path
        d={marks.map((x) => `M${x + 0.5} ${TOP + 2}V${TOP + 10}`).join('')}
        className="stroke-ball"
        strokeWidth={2}
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={`M0 ${line}H${COLUMNS}`}
        className="stroke-ball"
        strokeWidth={1.5}
        strokeDasharray="4 3"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}

function barsOf(peaks: Float64Array): string {
  return [...peaks].map((score, x) => `M${x + 0.5} ${TOP}V${(TOP - Math.min(TOP, score)).toFixed(1)}`).join('')
}
