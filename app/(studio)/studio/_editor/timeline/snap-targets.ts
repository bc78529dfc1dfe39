import type { ProjectDocument } from '#lib/contracts/project.ts'
import type { FrameClock } from '#lib/core/project/frame-clock.ts'

/** Times worth snapping to: the playhead, the video's ends, edges of other clips, keyframes. */
export function snapTargets(
  document: ProjectDocument,
  clock: FrameClock,
  playheadS: number,
  except: string | null,
): number[] {
  const edges = document.clips.flatMap(({ id, start_time, end_time }) => (id === except ? [] : [start_time, end_time]))
  return [0, clock.endS, playheadS, ...edges, ...document.crop.keyframes.map(({ frame }) => clock.timeOf(frame))]
}

/** Times "previous" and "next" step through: ascending, each once. */
export function stopTimes(document: ProjectDocument, clock: FrameClock): number[] {
  const lastS = clock.timeOf(clock.frames - 1)
  // A clip's end is the first time that is not in it: what is shown there is the frame before.
  const ends = document.clips.map(({ end_time }) => clock.timeOf(Math.max(0, clock.frameAt(end_time - 2e-5))))
  const starts = document.clips.map(({ start_time }) => start_time)
  const keyframes = document.crop.keyframes.map(({ frame }) => clock.timeOf(frame))
  return [...new Set([0, ...starts, ...ends, ...keyframes, lastS])].sort((a, b) => a - b)
}
