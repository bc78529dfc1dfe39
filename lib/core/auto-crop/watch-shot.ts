import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import type { CropShape } from './crop-shape.ts'
import { type Drift, findDrift, readDrift } from './find-drift.ts'
import { type GridTrack, heightAt, resampleTrack } from './resample-track.ts'
import { median, type Series } from './series.ts'
import { gridOf, type Shot, type TimeGrid } from './shots.ts'

/** Everything seen in one shot, at the instants of its grid. */
export interface ShotView {
  readonly shot: Shot
  readonly grid: TimeGrid
  readonly shape: CropShape
  readonly players: readonly GridTrack[]
  readonly balls: readonly GridTrack[]
  readonly drift: Drift
  /** Typical height of a player, px; NaN without players. */
  readonly playerHeight: number
  /** Boxes come from motion alone: what they are is a guess. */
  readonly motionOnly: boolean
  /** Called now and then; throws to give up. */
  readonly checkpoint?: (() => void) | undefined
}

export const BALL_CLASS = 'sports ball'
const MAX_PLAYER_GAP_S = 0.6
const MAX_BALL_GAP_S = 0.5

export function watchShot(tracks: TracksFile, times: Series, shot: Shot, shape: CropShape): ShotView {
  const grid = gridOf(times, shot)
  const seen = (isBall: boolean, maxGapS: number): GridTrack[] =>
    tracks.tracks.flatMap((track) => {
      if ((track.class === BALL_CLASS) !== isBall) return []
      return resampleTrack(track, times, shot, grid, maxGapS) ?? []
    })
  const players = seen(false, MAX_PLAYER_GAP_S)
  const heights = players.flatMap((player) => {
    const middle = heightAt(player, player.first + (player.x1.length >> 1))
    return Number.isNaN(middle) ? [] : [middle]
  })
  const balls = seen(true, MAX_BALL_GAP_S)
  const playerHeight = median(heights)
  return {
    shot,
    grid,
    shape,
    players,
    balls,
    drift: readDrift(tracks, times, shot, grid) ?? findDrift([...players, ...balls], grid, playerHeight),
    playerHeight,
    motionOnly: tracks.motion_only,
  }
}
