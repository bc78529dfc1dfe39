import { overlapOf } from './observation.ts'
import type { MotLine } from './parse-mot.ts'

/** Overlap that makes a box of a neighbouring frame a witness. */
const WITNESS_IOU = 0.4
const BINS = 32
/** A bin needs this many to say anything. */
const MIN_BIN = 12

/**
 * Confidences of any scale (percentages, margins, log-odds) → 0–1, in the order of `lines`. Confidences that already are
 * probabilities stay. Others become the chance that a box of that confidence has a witness, a box at its place in both neighbouring
 * frames: what is there stays a while, what the detector dreams up mostly does not. The chance is estimated per quantile and made
 * monotone (isotonic regression by pooling adjacent violators; Zadrozny & Elkan, 2002). All equal: 1.
 */
export function calibrateScores(lines: readonly MotLine[]): Float64Array {
  const raw = Float64Array.from(lines, ({ confidence }) => confidence)
  const [low, high] = raw.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity])
  if (low >= high) return raw.fill(1)
  if (low >= 0 && high <= 1) return raw
  const order = Uint32Array.from(raw, (_, index) => index).sort((a, b) => (raw[a] ?? 0) - (raw[b] ?? 0))
  const witnessed = countWitnesses(lines)
  const size = Math.max(MIN_BIN, Math.ceil(order.length / BINS))
  const centres: number[] = []
  const chances: number[] = []
  for (let from = 0; from < order.length; from += size) {
    const members = order.subarray(from, from + size)
    // The last few join the bin before rather than make a noisy one.
    if (members.length < size / 2 && centres.length > 0) break
    centres.push(raw[members[members.length >> 1] ?? 0] ?? 0)
    let sum = 0
    for (const index of members) sum += witnessed[index] ?? 0
    chances.push(sum / (2 * members.length))
  }
  const steps = poolViolators(chances)
  return raw.map((value) => interpolate(centres, steps, value))
}

/** Of each line, how many of the two neighbouring frames hold a witness. */
function countWitnesses(lines: readonly MotLine[]): Uint8Array {
  const frames = new Map<number, number[]>()
  lines.forEach(({ frame }, index) => {
    const members = frames.get(frame)
    if (members) members.push(index)
    else frames.set(frame, [index])
  })
  return Uint8Array.from(lines, (line) => {
    const stands = (frame: number) =>
      (frames.get(frame) ?? []).some((index) => {
        const other = lines[index]
        return other !== undefined && lineOverlap(line, other) > WITNESS_IOU
      })
    return Number(stands(line.frame - 1)) + Number(stands(line.frame + 1))
  })
}

export function lineOverlap(a: MotLine, b: MotLine): number {
  const [ax, ay] = [a.x + a.width / 2, a.y + a.height / 2]
  return overlapOf(ax, ay, a.width, a.height, b.x + b.width / 2, b.y + b.height / 2, b.width, b.height)
}

/** The nearest rising sequence (least squares). */
function poolViolators(values: readonly number[]): number[] {
  const blocks: { mean: number; count: number }[] = []
  for (const value of values) {
    let block = { mean: value, count: 1 }
    for (let last = blocks.at(-1); last !== undefined && last.mean >= block.mean; last = blocks.at(-1)) {
      const count = last.count + block.count
      block = { mean: (last.mean * last.count + block.mean * block.count) / count, count }
      blocks.pop()
    }
    blocks.push(block)
  }
  return blocks.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean))
}

function interpolate(at: readonly number[], values: readonly number[], x: number): number {
  let upper = at.findIndex((centre) => centre >= x)
  if (upper < 0) upper = at.length
  const [x0, x1] = [at[upper - 1], at[upper]]
  const [y0, y1] = [values[upper - 1], values[upper]]
  if (x1 === undefined || y1 === undefined) return y0 ?? 1
  if (x0 === undefined || y0 === undefined || x1 === x0) return y1
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
}
