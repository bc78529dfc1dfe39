import type { PacketFacts } from '#gpu/media/packets.ts'
import type { Rational } from '#gpu/media/probe.ts'
import { decodeRange } from '#gpu/render/decode-range.ts'
import type { DetectScenesParams } from '#lib/contracts/tasks/detect-scenes.ts'
import { scoreChanges } from '#lib/core/scenes/score-frames.ts'
import { type ChangesPlan, decodeChanges } from './decode-changes.ts'

export interface CutSearch extends Omit<ChangesPlan, 'onFrames'> {
  /** Frames that were looked at, ascending. */
  readonly positions: readonly number[]
  /** For each of them, whether the place of a change there is of interest. */
  readonly wanted: readonly boolean[]
  /** Of all frames; those not looked at have 0. */
  readonly scores: readonly number[]
  readonly ticks: readonly bigint[]
  readonly timeBase: Rational
  readonly packets: PacketFacts
  readonly detector: DetectScenesParams['detector']
  /** Weaker changes stay where they were seen, a frame or two late. */
  readonly worthLocating: number
}

/** Many changes from this score on, located or not: a video better looked at in full. */
const RESTLESS = 20
/** Frames that could be decoded in the time a decoder takes to start. */
const START_FRAMES = 100

interface Gap {
  /** The frames looked at on either side of the change. */
  readonly from: number
  readonly to: number
}

/**
 * Scores with every larger change at the exact frame it happens: the gaps it may lie in are decoded in full. `undefined` when that would be
 * more work than decoding the whole video.
 */
export async function locateCuts(search: CutSearch): Promise<number[] | undefined> {
  const { positions, ticks, timeBase, packets, probe } = search
  const scores = [...search.scores]
  const restless = groupGaps(search, RESTLESS)
  const work = restless.reduce((sum, { key, gaps }) => sum + START_FRAMES + (gaps.at(-1)?.to ?? key) - key, 0)
  if (positions.length < 2 || work > ticks.length / 2 + START_FRAMES) return undefined
  for (const { gaps } of groupGaps(search, search.worthLocating)) {
    const startFrame = gaps[0]?.from ?? 0
    const endFrame = (gaps.at(-1)?.to ?? 0) + 1
    const range = decodeRange({ ticks, timeBase }, packets.times, probe.demuxer, { startFrame, endFrame })
    const plan = { ...search, options: { ...search.options, range }, onFrames: () => undefined }
    const decoded = await decodeChanges(plan)
    if (decoded.ticks.length !== endFrame - startFrame || decoded.ticks[0] !== ticks[startFrame]) return undefined
    const dense = scoreChanges(decoded.changes, search.detector)
    for (const { from, to } of gaps) {
      const inside = dense.slice(from + 1 - startFrame, to + 1 - startFrame)
      const largest = Math.max(...inside)
      // What adds up over the gap, but happens in no single step, is motion or a dissolve.
      const score = Math.min(scores[to] ?? 0, largest)
      scores[to] = 0
      scores[from + 1 + inside.indexOf(largest)] = score
    }
  }
  return scores
}

/** Gaps with a change worth locating, those that are decoded from the same key frame together. */
function groupGaps(
  { positions, wanted, scores, ticks, packets }: CutSearch,
  least: number,
): { key: number; gaps: Gap[] }[] {
  const keys = packets.times.keyTicks
  const groups: { key: number; gaps: Gap[] }[] = []
  let [next, key] = [0, 0]
  for (const [index, to] of positions.entries()) {
    const from = positions[index - 1] ?? to
    // The newest key frame at or before the gap begins.
    while (next < keys.length && (keys[next] ?? 0) <= Number(ticks[from] ?? 0n)) {
      const tick = BigInt(keys[next] ?? 0)
      while ((ticks[key] ?? tick) < tick) key += 1
      next += 1
    }
    if (to - from < 2 || !wanted[index] || (scores[to] ?? 0) < least) continue
    const last = groups.at(-1)
    if (last?.key === key) last.gaps.push({ from, to })
    else groups.push({ key, gaps: [{ from, to }] })
  }
  return groups
}
