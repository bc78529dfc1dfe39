import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { WorkerStats } from '#lib/contracts/worker.ts'

/** What a task must make of an input, known before it runs. */
export interface ExpectedOutput {
  /** Displayed size, exact. */
  readonly width: number
  readonly height: number
  /** Upper bound: packets of the input's video track. Those an edit list hides are never decoded, so never come out. */
  readonly frames: number
  readonly durationS: number
  readonly audio: boolean
}

/** Sound and picture may drift apart by this much more than they did in the input (architecture: trusted facts). */
export const MAX_AV_DRIFT_S = 0.05

/** The size, length and tracks the output of `request` must have. Pure: the quote, the app's check and the worker's all use it. */
export function expectedOutput(request: TaskRequest, input: MediaFacts): ExpectedOutput {
  const kept = { frames: input.frames, durationS: input.duration_s, audio: input.audio_codec !== null }
  // One case so far; a task added to the contracts fails to compile here until it says what it makes.
  const { task, params } = request
  switch (task) {
    case 'upscale':
      return { ...upscaledSize(input, params.scale, params.max_height), ...kept }
  }
}

/**
 * `scale` times the displayed size: even, because scales are. With `maxHeight` lines the width keeps the shape and is rounded to the
 * nearest even number.
 */
export function upscaledSize(
  input: Pick<MediaFacts, 'width' | 'height'>,
  scale: number,
  maxHeight = Number.POSITIVE_INFINITY,
): { width: number; height: number } {
  const [width, height] = [input.width * scale, input.height * scale]
  if (height <= maxHeight) return { width, height }
  return { width: Math.max(2, 2 * Math.round((width * maxHeight) / height / 2)), height: maxHeight }
}

export interface OutputEvidence {
  readonly expected: ExpectedOutput
  /** The input, read by the same reader as `headers`. */
  readonly input: MediaFacts
  /** The output's container headers. */
  readonly headers: MediaFacts
  /** What the worker counted by decoding the input and its own output. */
  readonly stats: WorkerStats
}

/**
 * Everything that makes an output unfit to be charged for; empty when it is as expected.
 *
 * Header counts of the *input* are packets, and an edit list may hide some of them (a trimmed phone clip keeps its first
 * group of pictures, hidden), so they only bound the count from above. The chain that proves no frame was lost is:
 * frames decoded by the worker ≤ the input's packets; frames decoded = frames found in the output by decoding it = packets
 * in the output's headers (our files hide none), each exactly; and the time those frames cover is the input's, or is shorter by
 * just the frames that are fewer. That the decoder itself did not stop early is for the worker to know, which compares its
 * count with the packets the edit list shows, and fails the attempt.
 *
 * Lengths are compared within two frames, at least a tenth of a second: containers round, and the last frame's length is often a
 * guess. Sound against picture is compared reader by reader (headers with headers), so that both sides count codec
 * delay the same way.
 */
export function outputProblems({ expected, input, headers, stats }: OutputEvidence): string[] {
  const tolerance = Math.max(0.1, 2 / input.fps)
  const size = `${expected.width}x${expected.height}`
  const found: [wrong: boolean, problem: string][] = [
    [
      `${headers.width}x${headers.height}` !== size,
      `the video is ${headers.width}x${headers.height}, expected ${size}`,
    ],
    [stats.output_resolution !== size, `the worker reports ${stats.output_resolution}, expected ${size}`],
    [stats.frames_in === 0, 'no frame was decoded'],
    [stats.frames_in > expected.frames, `${stats.frames_in} frames were decoded from ${expected.frames} packets`],
    [stats.frames_out !== stats.frames_in, `${stats.frames_in} frames went in, ${stats.frames_out} came out`],
    [
      headers.frames !== stats.frames_out,
      `the headers list ${headers.frames} frames, decoding gave ${stats.frames_out}`,
    ],
    [
      !coversInput(expected, input, stats, tolerance),
      `${seconds(stats.duration_sec)} were worked on, the input lasts ${seconds(expected.durationS)}`,
    ],
    [
      differ(stats.video_sec, stats.duration_sec, tolerance),
      `the video lasts ${seconds(stats.video_sec)}, its input ${seconds(stats.duration_sec)}`,
    ],
    [
      differ(headers.duration_s, stats.video_sec, tolerance),
      `the headers say ${seconds(headers.duration_s)}, decoding gave ${seconds(stats.video_sec)}`,
    ],
    [
      hasSound(headers, stats) !== expected.audio,
      expected.audio ? 'the sound is missing' : 'there is sound, the input has none',
    ],
  ]
  const drift = avDrift(input, headers)
  if (drift !== undefined && drift > MAX_AV_DRIFT_S)
    found.push([true, `sound and picture are ${Math.round(drift * 1000)} ms further apart than in the input`])
  return found.flatMap(([wrong, problem]) => (wrong ? [problem] : []))
}

function coversInput(expected: ExpectedOutput, input: MediaFacts, stats: WorkerStats, tolerance: number): boolean {
  const missing = expected.durationS - stats.duration_sec
  const fewer = Math.max(0, expected.frames - stats.frames_in) / input.fps
  return Math.abs(missing) <= tolerance || Math.abs(missing - fewer) <= tolerance
}

function hasSound(headers: MediaFacts, stats: WorkerStats): boolean {
  return headers.audio_codec !== null && stats.audio_sec !== null
}

/** Seconds by which the gap between the tracks' lengths changed; undefined without sound on either side. */
function avDrift(input: MediaFacts, output: MediaFacts): number | undefined {
  if (input.audio_duration_s === null || output.audio_duration_s === null) return undefined
  return Math.abs(output.duration_s - output.audio_duration_s - (input.duration_s - input.audio_duration_s))
}

function differ(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) > tolerance
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`
}
