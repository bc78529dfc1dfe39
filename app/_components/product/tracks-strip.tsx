import { formatClock } from '#app/_components/format/format-duration.ts'
import type { TracksSummary } from '#lib/contracts/products.ts'

/** Rows of the strip; the longest tracks are shown. */
const ROWS = 12

/** Who is seen when: one line a track, longest first, over the length of the video. */
export function TracksStrip({ summary }: { summary: TracksSummary }) {
  const { tracks, frames, fps, moments } = summary
  const longest = [...tracks].sort((a, b) => b.boxes - a.boxes).slice(0, ROWS)
  const share = (frame: number) => `${(100 * frame) / Math.max(1, frames)}%`
  const width = (from: number, to: number) => `max(3px, ${share(to - from)})`
  if (longest.length === 0) return null
  return (
    <figure className="flex flex-col gap-2">
      <div aria-hidden className="relative flex flex-col gap-1 rounded-md bg-sunk p-2">
        {moments.map(({ start_frame, end_frame }) => (
          <span
            key={`${start_frame}-${end_frame}`}
            className="absolute inset-y-0 bg-amber-wash"
            style={{ left: share(start_frame), width: width(start_frame, end_frame) }}
          />
        ))}
        {longest.map(({ track_id, class: name, start_frame, end_frame }) => (
          <span key={track_id} className="relative h-2.5">
            <span
              className={`absolute inset-y-0 rounded-sm ${name === 'sports ball' ? 'bg-ball' : 'bg-grass'}`}
              style={{ left: share(start_frame), width: width(start_frame, end_frame) }}
            />
          </span>
        ))}
      </div>
      <figcaption className="tabular flex justify-between text-xs text-faint">
        <span>0:00</span>
        <span className="text-center">
          {tracks.length > ROWS ? `the ${ROWS} longest of ${tracks.length} tracks: ` : ''}
          green players, orange ball{moments.length > 0 ? ', shaded moments' : ''}
        </span>
        <span>{formatClock(frames / fps)}</span>
      </figcaption>
    </figure>
  )
}
