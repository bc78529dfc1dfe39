import { formatWait } from '#app/_components/format/format-duration.ts'
import type { JobView } from '#lib/contracts/api/jobs.ts'

type Progress = NonNullable<JobView['progress']>
type Stage = Progress['stage']

/** The stations a job passes, as the user sees them. */
export const STATIONS = ['Queued', 'Starting GPU', 'Processing', 'Encoding', 'Saving'] as const

export const STATION_OF = {
  queued: 0,
  starting: 1,
  download: 1,
  process: 2,
  encode: 3,
  upload: 4,
  saving: 4,
} as const satisfies Record<Stage, number>

/** What is going on right now, in one line. */
export function stageSentence(progress: Progress): string {
  switch (progress.stage) {
    case 'queued':
      return queueSentence(progress.queue_ahead)
    case 'starting':
      return 'Starting the GPU'
    case 'download':
      return 'The GPU is fetching your clip'
    case 'process': {
      const speed = progress.fps > 0 ? ` at ${progress.fps.toFixed(1)} fps` : ''
      return `Processing frame ${progress.frame} of ${progress.frames_total}${speed}`
    }
    case 'encode':
      return 'Encoding the last frames'
    case 'upload':
      return 'Sending the result to your library'
    case 'saving':
      return 'Checking and saving the result'
  }
}

function queueSentence(ahead: number | null): string {
  if (ahead === null) return 'Waiting for a GPU'
  return ahead === 0 ? 'Next in line for a GPU' : `In the queue, ${ahead} ahead`
}

export function etaSentence(progress: Progress): string {
  return progress.eta_s === null ? 'measured once frames move' : `${formatWait(progress.eta_s)} left`
}

/** For screen readers: the station, and every tenth of the way, but not every frame. */
export function spokenProgress(progress: Progress): string {
  const station = STATIONS[STATION_OF[progress.stage]]
  if (progress.stage !== 'process') return station ?? ''
  return `${station}, ${Math.floor(progress.percent / 10) * 10} %`
}
