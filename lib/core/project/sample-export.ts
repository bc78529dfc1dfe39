import type { ProjectDocument } from '#lib/contracts/project.ts'
import type { FrameClock } from './frame-clock.ts'

export const SAMPLE_S = 5
/** What its clip is called: how a sample is told from an export among the jobs. */
export const SAMPLE_LABEL = '5-second sample'

export interface SampleRange {
  readonly startS: number
  readonly endS: number
}

/** Five seconds around a time, moved inside the video and set on frames; the whole of a shorter video. */
export function sampleRange(aroundS: number, clock: FrameClock): SampleRange {
  const start = Math.max(0, Math.min(aroundS - SAMPLE_S / 2, clock.endS - SAMPLE_S))
  const startS = clock.timeOf(clock.frameAt(start))
  const end = startS + SAMPLE_S
  if (end >= clock.endS) return { startS, endS: clock.endS }
  const endS = clock.timeOf(clock.frameAt(end))
  return { startS, endS: endS > startS ? endS : end }
}

/** The project cut down to that range: the same crop, highlights and settings, in one file without labels. */
export function sampleProject(document: ProjectDocument, { startS, endS }: SampleRange): ProjectDocument {
  const clip = { id: 'sample', start_time: startS, end_time: endS, label: SAMPLE_LABEL, kept: true }
  return { ...document, clips: [clip], export: { ...document.export, mode: 'reel', burn_labels: false } }
}

/** Whether a job's params are those of a sample. */
export function isSample(params: Readonly<Record<string, unknown>>): boolean {
  const clips: unknown = params.clips
  if (!Array.isArray(clips) || clips.length !== 1) return false
  const clip: unknown = clips[0]
  return typeof clip === 'object' && clip !== null && 'label' in clip && clip.label === SAMPLE_LABEL
}
