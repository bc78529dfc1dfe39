import type { Track } from '#lib/contracts/tasks/track.ts'

/**
 * Tracks with boxes to a hundredth of a pixel and confidences to a thousandth. All the digits of a double make the text of a box nearly twice
 * as long, and that of a long match longer than those who read it take.
 */
export function roundTracks(tracks: readonly Track[]): Track[] {
  return tracks.map((track) => ({
    ...track,
    frames: track.frames.map(({ frame, bbox: [x1, y1, x2, y2], confidence }) => ({
      frame,
      bbox: [round(x1, 100), round(y1, 100), round(x2, 100), round(y2, 100)],
      confidence: round(confidence, 1000),
    })),
  }))
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts
}
