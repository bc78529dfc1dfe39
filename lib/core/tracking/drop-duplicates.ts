import { lineOverlap } from './calibrate-scores.ts'
import type { MotLine } from './parse-mot.ts'

const BINS = 20
/** People in front of each other are never taken for duplicates below this overlap. */
const LOWEST_CUT = 0.35

/**
 * Leaves out boxes that a detector's own non-maximum suppression let slip: weaker ones that overlap a stronger one more than a limit.
 * The limit is found in the data. People who cross overlap by all amounts, larger ones ever more seldom; where the counts of
 * overlaps *rise* again towards larger ones, the surplus are second answers for one person. No rise: nothing is left out.
 */
export function dropDuplicates(lines: readonly MotLine[]): MotLine[] {
  const frames = Map.groupBy(lines, ({ frame }) => frame)
  const limit = findLimit(lines.length, [...frames.values()])
  if (limit === 1) return [...lines]
  const kept: MotLine[] = []
  for (const members of frames.values()) {
    const stronger: MotLine[] = []
    for (const line of members.sort((a, b) => b.confidence - a.confidence)) {
      if (!stronger.some((other) => lineOverlap(line, other) > limit)) stronger.push(line)
    }
    kept.push(...stronger)
  }
  return kept
}

/** The overlap from which on there is a surplus; 1 when there is none. */
function findLimit(total: number, frames: readonly MotLine[][]): number {
  const counts = new Float64Array(BINS)
  for (const members of frames) {
    members.forEach((a, position) => {
      for (const b of members.slice(position + 1)) {
        const bin = Math.min(BINS - 1, Math.floor(lineOverlap(a, b) * BINS))
        counts[bin] = (counts[bin] ?? 0) + 1
      }
    })
  }
  let valley = Math.round(LOWEST_CUT * BINS)
  const overlapping = sumFrom(counts, valley)
  for (let bin = valley + 1; bin < BINS; bin++) {
    // A valley has its surplus above: empty bins at the end of the range are no valleys.
    if (sumFrom(counts, bin) >= overlapping / 2 && (counts[bin] ?? 0) <= (counts[valley] ?? 0)) valley = bin
  }
  const peak = counts.subarray(valley).reduce((most, count) => Math.max(most, count), 0)
  const significant = peak > 2 * (counts[valley] ?? 0) + 3 * Math.sqrt(peak) && peak > 0.01 * total
  return significant ? valley / BINS : 1
}

function sumFrom(counts: Float64Array, from: number): number {
  return counts.subarray(from).reduce((sum, count) => sum + count, 0)
}
