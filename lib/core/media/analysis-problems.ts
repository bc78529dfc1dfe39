import type { MediaFacts } from '#lib/contracts/media.ts'
import type { WorkerStats } from '#lib/contracts/worker.ts'

/**
 * Everything that makes data about a video unfit to be charged for, from what it says of the video: its size, if it names one, and its frames,
 * if it has one entry each. The frames must be those that were decoded, and they as many as the input's packets allow; what time they cover
 * is the input's, or shorter by just the frames that are fewer.
 */
export function analysisProblems({
  data,
  input,
  stats,
}: {
  data: { width?: number; height?: number; frames?: number }
  input: MediaFacts
  stats: WorkerStats
}): string[] {
  const { width = input.width, height = input.height, frames = stats.frames_in } = data
  const missingS = input.duration_s - stats.duration_sec
  const fewerS = Math.max(0, input.frames - stats.frames_in) / input.fps
  const tolerance = Math.max(0.1, 2 / input.fps)
  const covers = Math.abs(missingS) <= tolerance || Math.abs(missingS - fewerS) <= tolerance
  const found: [wrong: boolean, problem: string][] = [
    [
      width !== input.width || height !== input.height,
      `it is about ${width}x${height}, the video is ${input.width}x${input.height}`,
    ],
    [stats.frames_in === 0, 'no frame was decoded'],
    [stats.frames_in > input.frames, `${stats.frames_in} frames were decoded from ${input.frames} packets`],
    [frames !== stats.frames_in, `it is about ${frames} frames, ${stats.frames_in} were decoded`],
    [!covers, `${stats.duration_sec.toFixed(2)} s were worked on, the video lasts ${input.duration_s.toFixed(2)} s`],
  ]
  return found.flatMap(([wrong, problem]) => (wrong ? [problem] : []))
}
