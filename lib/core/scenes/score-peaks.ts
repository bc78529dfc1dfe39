import type { ScoredFrames } from './split-scenes.ts'

/**
 * Scores for a plot over time: the highest of each of `columns` equal spans of the video. A cut is one frame high, so anything but the peak
 * would hide it. A span no frame begins in has 0.
 */
export function scorePeaks({ scores, times, endTime }: ScoredFrames, columns: number): Float64Array {
  const peaks = new Float64Array(columns)
  const startS = times[0] ?? 0
  const spanS = endTime - startS
  for (const [frame, score] of scores.entries()) {
    const share = spanS > 0 ? ((times[frame] ?? endTime) - startS) / spanS : 0
    const column = Math.min(columns - 1, Math.max(0, Math.floor(share * columns)))
    peaks[column] = Math.max(peaks[column] ?? 0, score)
  }
  return peaks
}
