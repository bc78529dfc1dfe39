import type { FrameLevels } from './watch-changes.ts'

/**
 * Brightness of every frame from that of some: in between it goes on evenly, as it does in fades. `positions` are the measured frames'
 * indices among all `count`, ascending.
 */
export function spreadLevels(measured: FrameLevels, positions: readonly number[], count: number): FrameLevels {
  return {
    mean: interpolate(measured.mean, positions, count),
    deviation: interpolate(measured.deviation, positions, count),
    glare: measured.glare.map(([first, last]) => [positions[first] ?? 0, positions[last] ?? count - 1] as const),
  }
}

function interpolate(values: Float32Array, positions: readonly number[], count: number): Float32Array {
  const all = new Float32Array(count)
  let next = 0
  for (let frame = 0; frame < count; frame++) {
    while (next < positions.length - 1 && (positions[next] ?? 0) < frame) next += 1
    const [before, after] = [Math.max(0, next - 1), next]
    const [start, end] = [positions[before] ?? 0, positions[after] ?? 0]
    const share = end > start ? Math.min(1, Math.max(0, (frame - start) / (end - start))) : 1
    all[frame] = (values[before] ?? 0) * (1 - share) + (values[after] ?? 0) * share
  }
  return all
}

/** Scores of every frame from those of some: a change belongs to the measured frame it was seen at, the others score 0. */
export function spreadScores(scores: readonly number[], positions: readonly number[], count: number): number[] {
  const all = new Array<number>(count).fill(0)
  for (const [index, position] of positions.entries()) all[position] = scores[index] ?? 0
  return all
}
