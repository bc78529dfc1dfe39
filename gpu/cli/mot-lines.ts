import type { Track } from '#lib/contracts/tasks/track.ts'

/**
 * Lines of a MOTChallenge result, `frame,id,x,y,width,height,confidence` and what `rest` adds, ordered by frame, then id. Frames count from 1
 * there.
 */
export function motLines(tracks: readonly Track[], rest: (track: Track) => string = () => '-1,-1,-1'): string {
  const rows = tracks.flatMap((track) => track.frames.map((seen) => ({ track, seen })))
  rows.sort((a, b) => a.seen.frame - b.seen.frame || a.track.track_id - b.track.track_id)
  return rows
    .map(({ track, seen: { frame, bbox, confidence } }) => {
      const [x1, y1, x2, y2] = bbox
      const box = [x1, y1, x2 - x1, y2 - y1].map((value) => value.toFixed(2))
      return `${frame + 1},${track.track_id},${box.join(',')},${confidence.toFixed(3)},${rest(track)}\n`
    })
    .join('')
}
