import type { TaskContract } from '#lib/contracts/tasks/task-contract.ts'

/** Half-open time range of the input; null bounds mean the whole of it. */
export interface PlannedSegment {
  position: number
  startTimeS: number | null
  endTimeS: number | null
}

/**
 * How a job is divided. Today every job is one segment over the whole input, whatever its length; contracts already say which tasks could be
 * cut at sync frames and run side by side (`segmentable`, `overlapS`).
 */
export function planSegments(_contract: TaskContract, _durationS: number): [PlannedSegment, ...PlannedSegment[]] {
  return [{ position: 0, startTimeS: null, endTimeS: null }]
}
