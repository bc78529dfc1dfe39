import type { Player } from '#lib/core/project/players.ts'

/** Bars that share a row do not touch: so many frames lie between them. */
const GAP_FRAMES = 2

/** Of each player (in order of appearance), the row of their bar: the first that is free again. */
export function playerRows(players: readonly Pick<Player, 'startFrame' | 'endFrame'>[]): {
  readonly rows: readonly number[]
  readonly count: number
} {
  const freeFrom: number[] = []
  const rows = players.map(({ startFrame, endFrame }) => {
    const free = freeFrom.findIndex((frame) => frame <= startFrame)
    const row = free < 0 ? freeFrom.length : free
    freeFrom[row] = endFrame + GAP_FRAMES
    return row
  })
  return { rows, count: freeFrom.length }
}
