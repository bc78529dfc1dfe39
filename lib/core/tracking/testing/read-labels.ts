import type { Track } from '#lib/contracts/tasks/track.ts'
import type { LabelledBox, Labels } from './score-tracks.ts'

/** MOTChallenge ground truth, by 1-based frame; boxes flagged to be ignored are left out. */
export function readLabels(text: string): Labels {
  const labels = new Map<number, LabelledBox[]>()
  for (const line of text.split('\n')) {
    const [frame, id, x, y, width, height, counts] = line.split(',').map(Number)
    if (!frame || id === undefined || !counts) continue
    const box = [x ?? 0, y ?? 0, width ?? 0, height ?? 0] as const
    const seen = labels.get(frame)
    if (seen) seen.push({ id, box })
    else labels.set(frame, [{ id, box }])
  }
  return labels
}

/** Tracks in the same shape. */
export function labelTracks(tracks: readonly Track[]): Labels {
  const labels = new Map<number, LabelledBox[]>()
  for (const { track_id: id, frames } of tracks) {
    for (const {
      frame,
      bbox: [x1, y1, x2, y2],
    } of frames) {
      const seen = labels.get(frame + 1) ?? []
      seen.push({ id, box: [x1, y1, x2 - x1, y2 - y1] })
      labels.set(frame + 1, seen)
    }
  }
  return labels
}
