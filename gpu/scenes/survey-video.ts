import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import { isShort, type PacketFacts } from '#gpu/media/packets.ts'
import type { Probe, Rational } from '#gpu/media/probe.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { DetectScenesParams } from '#lib/contracts/tasks/detect-scenes.ts'
import { placeFades, scoreChanges } from '#lib/core/scenes/score-frames.ts'
import { spreadLevels, spreadScores } from '#lib/core/scenes/spread-frames.ts'
import type { FrameLevels } from '#lib/core/scenes/watch-changes.ts'
import { type ChangesPlan, decodeChanges } from './decode-changes.ts'
import { locateCuts } from './locate-cuts.ts'

export interface SurveyPlan {
  readonly probe: Probe
  readonly packets: PacketFacts
  readonly params: Pick<DetectScenesParams, 'detector' | 'threshold'>
  readonly maxPixels: number
  readonly threads: number
  readonly limits: ToolLimits
  readonly signal: AbortSignal
  /** Frames of the video passed so far. */
  readonly onFrames: (frames: number) => void
}

/** Every frame of a video, scored by its change; fades are not yet told from it. */
export interface Survey {
  readonly scores: readonly number[]
  readonly levels: FrameLevels
  /** Presentation times in ticks of the file's own clock. */
  readonly ticks: readonly bigint[]
  readonly timeBase: Rational
}

/** Codecs whose decoders can leave out frames, in containers that say every frame's time. */
const SPARSE_CODECS = new Set(['h264', 'hevc'])
const SPARSE_DEMUXERS = new Set(['mov', 'matroska'])

/**
 * Looks at a video at reduced size. Where the container lists every frame's time, frames that no other needs (about half, most of the
 * work of decoding) are left out, and only around cuts among them is decoded again.
 */
export async function surveyVideo(plan: SurveyPlan): Promise<Survey> {
  const { probe, packets } = plan
  const sparse =
    SPARSE_CODECS.has(probe.video.codec) &&
    SPARSE_DEMUXERS.has(probe.demuxer) &&
    packets.times.ticks.length === packets.shown
  return (sparse ? await surveySparsely(plan) : undefined) ?? (await surveyFully(plan))
}

async function surveyFully(plan: SurveyPlan): Promise<Survey> {
  const { packets } = plan
  const decoded = await decodeChanges({ ...changesPlan(plan), onFrames: plan.onFrames })
  const frames = decoded.ticks.length
  if (frames === 0 || isShort(frames, packets.shown)) {
    const message = `Only ${frames} of the video's ${packets.shown} frames can be decoded: the file is damaged.`
    throw new AppError('corrupt_media', message)
  }
  const { changes, ticks, timeBase } = decoded
  return { scores: scoreChanges(changes, plan.params.detector), levels: changes, ticks, timeBase }
}

/** Longest run of frames that nothing refers to; a longer gap is damage, which decoding everything will judge. */
const LONGEST_GAP = 16

const USUAL_THRESHOLD = 30
/** Weaker changes are too many, and nobody could say where they happen. */
const LEAST_LOCATED = 20

async function surveySparsely(plan: SurveyPlan): Promise<Survey | undefined> {
  const { packets, probe } = plan
  const { detector, threshold } = plan.params
  const all = packets.times.ticks
  const sparsePlan: ChangesPlan = {
    ...changesPlan(plan),
    fps: probe.video.fps / 2,
    options: { ...changesPlan(plan).options, skipUnreferenced: true },
    onFrames: (frames) => plan.onFrames(Math.min(all.length, frames * 2)),
  }
  const decoded = await decodeChanges(sparsePlan).catch((error) => {
    plan.signal.throwIfAborted()
    if (error instanceof AppError && error.code === 'decode_failed') return undefined
    throw error
  })
  if (decoded === undefined) return undefined
  const { changes, timeBase } = decoded
  const positions = positionsOf(decoded.ticks, all)
  const { timeBase: listed } = probe.video
  if (positions === undefined || timeBase.num * listed.den !== listed.num * timeBase.den) return undefined
  const ticks = Array.from(all, (tick) => BigInt(tick))
  const scores = spreadScores(scoreChanges(changes, detector), positions, all.length)
  const levels = spreadLevels(changes, positions, all.length)
  // What lies in a fade needs no place of its own.
  const outsideFades = placeFades(scores, levels, probe.video.fps)
  const wanted = positions.map((position) => outsideFades[position] === scores[position])
  // Scenes begin at the exact frame under this threshold and the usual one; others are for a slider to try.
  const worthLocating = Math.max(LEAST_LOCATED, Math.min(USUAL_THRESHOLD, threshold))
  const search = { ...changesPlan(plan), detector, worthLocating, positions, wanted, scores, ticks, timeBase, packets }
  const located = await locateCuts(search)
  if (located === undefined) return undefined
  return { scores: located, levels, ticks, timeBase }
}

/** Where decoded frames are among all; `undefined` when one is not listed, or too few are there. */
function positionsOf(decoded: readonly bigint[], all: Float64Array): number[] | undefined {
  const positions: number[] = []
  let at = 0
  for (const tick of decoded) {
    const wanted = Number(tick)
    const before = at
    while (at < all.length && (all[at] ?? 0) < wanted) at += 1
    if (all[at] !== wanted || at - before > LONGEST_GAP) return undefined
    positions.push(at)
  }
  return all.length - at > LONGEST_GAP ? undefined : positions
}

function changesPlan({ probe, limits, signal, maxPixels, threads }: SurveyPlan): Omit<ChangesPlan, 'onFrames'> {
  return {
    probe,
    fps: probe.video.fps,
    options: { threads, maxPixels, skipLoopFilter: true },
    limits,
    signal,
  }
}
