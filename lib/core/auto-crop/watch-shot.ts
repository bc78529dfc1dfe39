import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import type { CropShape } from './crop-shape.ts'
import { centreX, centreY, endOf, type GridTrack, heightAt, resampleTrack } from './resample-track.ts'
import { median, type Series } from './series.ts'
import { gridOf, gridSteps, type Shot, type TimeGrid } from './shots.ts'

/** Everything seen in one shot, at the instants of its grid. */
export interface ShotView {
  readonly shot: Shot
  readonly grid: TimeGrid
  readonly shape: CropShape
  readonly players: readonly GridTrack[]
  readonly balls: readonly GridTrack[]
  /** How everything drifts across the picture because the filming camera pans, px/s. */
  readonly driftX: Series
  readonly driftY: Series
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
/** Speeds are measured over this long to both sides: box jitter would drown shorter ones. */
const SPEED_REACH_S = 0.2

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
  return {
    shot,
    grid,
    shape,
    players,
    balls: seen(true, MAX_BALL_GAP_S),
    driftX: medianSpeed(players, grid, centreX),
    driftY: medianSpeed(players, grid, centreY),
    playerHeight: median(heights),
    motionOnly: tracks.motion_only,
  }
}

/** Pixels per second at a grid point; NaN where the track is not known on both sides. */
export function speedOf(
  track: GridTrack,
  point: number,
  grid: TimeGrid,
  coordinate: (track: GridTrack, point: number) => number,
): number {
  const reach = Math.max(1, gridSteps(grid, SPEED_REACH_S))
  const from = Math.max(track.first, point - reach)
  const to = Math.min(endOf(track) - 1, point + reach)
  return (coordinate(track, to) - coordinate(track, from)) / ((to - from) * grid.stepS)
}

/** Few players say nothing about the picture's own movement. */
const FEWEST_FOR_DRIFT = 5
/** Players who run together differ in speed; what a panning camera adds to all of them is many times their median deviation. */
const CLEAR_DRIFT = 1.5

function medianSpeed(
  players: readonly GridTrack[],
  grid: TimeGrid,
  coordinate: (track: GridTrack, point: number) => number,
): Series {
  const speeds: number[][] = Array.from({ length: grid.count }, () => [])
  for (const player of players) {
    for (let point = player.first; point < endOf(player); point++) {
      const speed = speedOf(player, point, grid, coordinate)
      if (!Number.isNaN(speed)) speeds[point]?.push(speed)
    }
  }
  return Float64Array.from(speeds, (row) => {
    if (row.length < FEWEST_FOR_DRIFT) return 0
    const drift = median(row)
    const deviation = median(row.map((speed) => Math.abs(speed - drift)))
    return Math.abs(drift) > CLEAR_DRIFT * deviation ? drift : 0
  })
}
