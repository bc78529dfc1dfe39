import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { Clip } from '#lib/contracts/tasks/render.ts'
import type { WorkerStats } from '#lib/contracts/worker.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { autoCropSize, limitHeight, proxySize, renderedSize, type Size } from './rendered-size.ts'

/** The one video a task must make of an input, known before it runs. */
export interface ExpectedOutput {
  /** Displayed size, exact. */
  readonly width: number
  readonly height: number
  /** Upper bound: packets of the input's video track. Those an edit list hides are never decoded, so never come out. */
  readonly frames: number
  readonly durationS: number
  readonly audio: boolean
  /** Places where the output was put together from clips: each may shift a border by a frame. */
  readonly joins: number
}

/** Sound and picture may drift apart by this much more than they did in the input (architecture: trusted facts). */
export const MAX_AV_DRIFT_S = 0.05
/** The longest packet of AAC or Opus in use: sound ends on a packet's border. */
const AUDIO_PACKET_S = 0.064

type AlwaysVideo = Extract<TaskRequest, { task: 'upscale' | 'framing' | 'overlay' | 'ingest' }>

/**
 * The size, length and tracks of the video that `request` must make; null when its product is data or several files. Pure: the
 * quote, the app's check and the worker's all use it.
 */
export function expectedOutput(request: AlwaysVideo, input: MediaFacts): ExpectedOutput
export function expectedOutput(request: TaskRequest, input: MediaFacts): ExpectedOutput | null
export function expectedOutput(request: TaskRequest, input: MediaFacts): ExpectedOutput | null {
  const kept = { frames: input.frames, durationS: input.duration_s, audio: input.audio_codec !== null, joins: 0 }
  const { task, params } = request
  switch (task) {
    case 'upscale':
      return { ...upscaledSize(input, params.scale, params.max_height), ...kept }
    case 'track':
    case 'detect_scenes':
      return null
    case 'ingest':
      return { ...proxySize(input), ...kept }
    case 'auto_crop':
      return params.render ? { ...autoCropSize(params), ...kept } : null
    case 'framing':
    case 'overlay':
      return { ...renderedSize(params, input), ...kept }
    case 'annotate':
    case 'export': {
      if (params.clips !== undefined && params.mode === 'separate') return null
      const size = renderedSize(task === 'export' ? params : {}, input)
      const length = params.clips === undefined ? {} : clipsLength(params.clips, input)
      return { ...size, ...kept, ...length }
    }
    default:
      return assertNever(task)
  }
}

/** Frames and seconds of a reel: the parts of the clips that lie inside the input, as often as they are shown. */
function clipsLength(clips: readonly Clip[], input: MediaFacts): { frames: number; durationS: number; joins: number } {
  const parts = clips.map((clip) => Math.max(0, Math.min(clip.end_time, input.duration_s) - clip.start_time))
  // A clip may hold any number of a variable-rate video's frames: all of them is the bound.
  return {
    frames: input.frames * clips.length,
    durationS: parts.reduce((sum, part) => sum + part, 0),
    joins: clips.length,
  }
}

/**
 * `scale` times the displayed size: even, because scales are. With `maxHeight` lines the width keeps the shape and is rounded to the
 * nearest even number.
 */
export function upscaledSize(input: Size, scale: number, maxHeight?: number): Size {
  return limitHeight({ width: input.width * scale, height: input.height * scale }, maxHeight)
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
  const tolerance = Math.max(0.1, 2 / input.fps) + expected.joins / input.fps
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
      !coversExpected(expected, input, stats, tolerance),
      `${seconds(stats.duration_sec)} were worked on, ${seconds(expected.durationS)} are expected`,
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
  // A reel takes its clips' sound with it; how the whole input's tracks differed says nothing about it.
  const drift = expected.joins > 0 ? clipsDrift(headers) : avDrift(input, headers)
  if (drift !== undefined && drift > MAX_AV_DRIFT_S)
    found.push([true, `sound and picture are ${Math.round(drift * 1000)} ms further apart than in the input`])
  return found.flatMap(([wrong, problem]) => (wrong ? [problem] : []))
}

function coversExpected(expected: ExpectedOutput, input: MediaFacts, stats: WorkerStats, tolerance: number): boolean {
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

/** Seconds between the ends of a reel's tracks beyond one packet of sound. */
function clipsDrift(output: MediaFacts): number | undefined {
  if (output.audio_duration_s === null) return undefined
  return Math.max(0, Math.abs(output.duration_s - output.audio_duration_s) - AUDIO_PACKET_S)
}

function differ(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) > tolerance
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`
}
