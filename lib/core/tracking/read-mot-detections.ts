import { calibrateScores } from './calibrate-scores.ts'
import { dropDuplicates } from './drop-duplicates.ts'
import { type MotLine, parseMot } from './parse-mot.ts'
import type { Detection, FrameDetections } from './types.ts'

export interface MotDetections {
  /** Every frame from the first of the file's numbering to the last one with a detection. */
  readonly frames: FrameDetections[]
  readonly width: number
  readonly height: number
  /** Boxes read, before duplicates were left out. */
  readonly detections: number
}

/**
 * A MOTChallenge detection file as input of `trackFrames`: duplicates left out, confidences mapped to 0–1, one class ("person"). An
 * absent frame size is reckoned from the boxes. Throws `invalid_request` that names a malformed line.
 */
export function readMotDetections(
  text: string,
  known: { fps: number; width?: number; height?: number },
): MotDetections {
  const lines = parseMot(text)
  const kept = dropDuplicates(lines)
  const scores = calibrateScores(kept)
  const last = lines.reduce((most, { frame }) => Math.max(most, frame), 0)
  const byFrame: Detection[][] = Array.from({ length: last }, () => [])
  kept.forEach(({ frame, x, y, width, height }, index) => {
    byFrame[frame - 1]?.push({ box: [x, y, x + width, y + height], score: scores[index] ?? 0, className: 'person' })
  })
  return {
    frames: byFrame.map((detections, frame) => ({ frame, timeS: frame / known.fps, detections })),
    width: known.width ?? reach(lines, ({ x, width }) => x + width),
    height: known.height ?? reach(lines, ({ y, height }) => y + height),
    detections: lines.length,
  }
}

/** Where boxes end, but for the odd one that sticks out. */
function reach(lines: readonly MotLine[], end: (line: MotLine) => number): number {
  const ends = Float64Array.from(lines, end).sort()
  return Math.max(1, Math.round(ends[Math.floor(0.999 * ends.length)] ?? 1))
}
