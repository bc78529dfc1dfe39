import { type PacketFacts, readPackets } from '#gpu/media/packets.ts'
import { type DecodedFacts, decodeFacts } from '#gpu/media/verify-output.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { tickSeconds } from '#lib/core/render/time-map.ts'
import type { PlannedFile, RenderPlan } from './plan-render.ts'

export interface VerifiedFile extends DecodedFacts {
  readonly packets: PacketFacts
}

/** WebM keeps whole milliseconds, and begins as much later as Opus needs to settle: sound and picture alike. */
const WEBM_TICK_S = 0.001
const WEBM_DELAY_S = 0.03
/** Codecs work in frames of up to 1024 samples and add some of their own. */
const SOUND_TOLERANCE_S = 0.06

/**
 * Decodes a finished file and compares it with what was written: size, every frame's time, sound as long as the picture where it was
 * cut. Throws `output_invalid`. `ticks` are the times written, in the source's clock.
 */
export async function verifyRendered(
  plan: RenderPlan,
  file: PlannedFile,
  ticks: readonly bigint[],
  threads: number,
  signal: AbortSignal,
): Promise<VerifiedFile> {
  const made = await decodeFacts(file.path, plan.tools, threads, signal)
  const packets = await readPackets(made.probe, plan.tools, signal)
  const { width, height } = made.probe
  const { output, probe: source } = plan
  const problems = [
    ...(width === output.width && height === output.height
      ? []
      : [`it is ${width}x${height}, expected ${output.width}x${output.height}`]),
    ...(made.frames === ticks.length ? [] : [`${made.frames} frames can be decoded, ${ticks.length} were written`]),
    ...timeProblems(plan, file, ticks, made, packets),
    ...((source.audio === undefined) === (made.audioS === null) ? [] : ['sound is missing or was not there before']),
    ...(file.clips === undefined || made.audioS === null || near(made.audioS, made.videoS, plan)
      ? []
      : [`sound lasts ${made.audioS.toFixed(3)} s, the picture ${made.videoS.toFixed(3)} s`]),
  ]
  if (problems.length > 0)
    throw new AppError('output_invalid', `The result (${file.name}) is not as it must be: ${problems.join('; ')}.`)
  return { ...made, packets }
}

/** The last frame's length is a guess of one frame, both ways. */
function near(a: number, b: number, { probe }: RenderPlan): boolean {
  return Math.abs(a - b) <= SOUND_TOLERANCE_S + 2 / probe.video.fps
}

function timeProblems(
  { times, request }: RenderPlan,
  { clips }: PlannedFile,
  written: readonly bigint[],
  made: DecodedFacts,
  { times: found }: PacketFacts,
): string[] {
  if (found.ticks.length !== written.length)
    return [`it holds ${found.ticks.length} frames, ${written.length} were written`]
  const { num, den } = made.probe.video.timeBase
  const originS = clips === undefined ? (times.originS ?? 0) : 0
  const secondsAt = (index: number) => ((found.ticks[index] ?? Number.NaN) * num) / den
  const delay = secondsAt(0) - (tickSeconds(times, written[0] ?? 0n) - originS)
  const shift = request.format === 'webm' && delay >= 0 && delay < WEBM_DELAY_S ? delay : 0
  const tolerance = (request.format === 'webm' ? WEBM_TICK_S : num / den) * 1.01 + 1e-6
  for (const [index, tick] of written.entries()) {
    const expected = tickSeconds(times, tick) - originS + shift
    const actual = secondsAt(index)
    if (!(Math.abs(actual - expected) <= tolerance))
      return [`frame ${index} is shown at ${actual.toFixed(6)} s, expected ${expected.toFixed(6)} s`]
  }
  return []
}
