import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { Clip, MadeClip } from '#lib/contracts/tasks/render.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import { requiredOutputs } from '#lib/core/jobs/required-outputs.ts'
import { type ExpectedOutput, expectedOutput, MAX_AV_DRIFT_S } from './expected-output.ts'
import { renderedSize } from './rendered-size.ts'

/** Every video a request must make of an input, by its output name; empty when its product is data alone. */
export function expectedVideos(request: TaskRequest, input: MediaFacts): ReadonlyMap<OutputName, ExpectedOutput> {
  const whole = expectedOutput(request, input)
  if (whole !== null) return new Map([['video', whole]])
  const clips = separateClips(request)
  const size = renderedSize(request.task === 'export' ? request.params : {}, input)
  return new Map(
    requiredOutputs(request).flatMap((name, index) => {
      const clip = clips[index]
      return clip === undefined ? [] : [[name, expectedClip(clip, size, input)] as const]
    }),
  )
}

function separateClips({ task, params }: TaskRequest): readonly Clip[] {
  if (task !== 'annotate' && task !== 'export') return []
  return params.mode === 'separate' ? (params.clips ?? []) : []
}

function expectedClip(clip: Clip, size: { width: number; height: number }, input: MediaFacts): ExpectedOutput {
  const durationS = Math.max(0, Math.min(clip.end_time, input.duration_s) - clip.start_time)
  // A variable-rate video may have all of its frames in one clip.
  return { ...size, frames: input.frames, durationS, audio: input.audio_codec !== null, joins: 1 }
}

/** The longest packet of AAC or Opus in use: sound ends on a packet's border. */
const AUDIO_PACKET_S = 0.064

/**
 * Everything that makes one of several clips unfit to be charged for. Its frames are exactly those the worker says it shows; its length
 * is what was marked, within a frame at each border, as far as the input goes.
 */
export function clipProblems({
  expected,
  input,
  headers,
  made,
}: {
  expected: ExpectedOutput
  input: MediaFacts
  headers: MediaFacts
  made: MadeClip
}): string[] {
  const tolerance = Math.max(0.1, 3 / input.fps)
  const frames = made.end_frame - made.start_frame
  const drift = headers.audio_duration_s === null ? 0 : Math.abs(headers.duration_s - headers.audio_duration_s)
  const found: [wrong: boolean, problem: string][] = [
    [
      headers.width !== expected.width || headers.height !== expected.height,
      `it is ${headers.width}x${headers.height}, expected ${expected.width}x${expected.height}`,
    ],
    [frames < 1 || made.end_frame > expected.frames, `it shows frames ${made.start_frame} to ${made.end_frame}`],
    [headers.frames !== frames, `the headers list ${headers.frames} frames, ${frames} were cut`],
    [
      Math.abs(headers.duration_s - expected.durationS) > tolerance,
      `it lasts ${headers.duration_s.toFixed(2)} s, ${expected.durationS.toFixed(2)} s were marked`,
    ],
    [
      (headers.audio_codec !== null) !== expected.audio,
      expected.audio ? 'its sound is missing' : 'there is sound, the input has none',
    ],
    [drift > AUDIO_PACKET_S + MAX_AV_DRIFT_S + 1 / input.fps, 'sound and picture end at different times'],
  ]
  return found.flatMap(([wrong, problem]) => (wrong ? [problem] : []))
}
