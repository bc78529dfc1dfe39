import type { Track } from '#lib/contracts/tasks/track.ts'

/** What happens in a frame, all parts 0–1. */
export interface Action {
  /** Weighted sum of the parts. */
  level: number
  /** Track of the player nearest to the ball, 0 without one. */
  player: number
  /** How fast the ball is, how many players are at it; or, without a ball, 0 and how much the players move. */
  speed: number
  crowd: number
}

type Seen = Track['frames'][number]['bbox']

interface Placed {
  readonly id: number
  readonly box: Seen
}

/** Distances in player heights: at the ball, no more at the ball, in the fray. */
const AT_BALL = 0.3
const FAR_FROM_BALL = 1.5
const FRAY = 2
/** Ball speed that counts in full, player heights per second (a hard pass, 15 m/s). */
const FAST_BALL = 8

/**
 * Per frame: a player near the ball is action, more so when the ball is fast and others are close.
 * @param times of every frame of the video, seconds, rising
 */
export function ballAction(ball: readonly Track[], players: readonly Track[], times: ArrayLike<number>): Action[] {
  const actions = still(times.length)
  const people = placeByFrame(players, times.length)
  for (const { frames: path } of ball) {
    path.forEach(({ frame, bbox }, index) => {
      const action = actions[frame]
      const near = nearestPlayer(bbox, people[frame] ?? [])
      if (action === undefined || near === undefined) return
      const before = path[index - 1]
      const moved = before ? distance(centre(before.bbox), centre(bbox)) / lapseS(times, before.frame, frame) : 0
      const closeness = clamp((FAR_FROM_BALL - near.distance) / (FAR_FROM_BALL - AT_BALL))
      action.player = near.id
      action.speed = clamp(moved / near.height / FAST_BALL)
      action.crowd = clamp((near.around - 1) / 3)
      action.level = closeness * (0.45 + 0.35 * action.speed + 0.2 * action.crowd)
    })
  }
  return actions
}

/**
 * Per frame: how much faster than usual the players move against each other; for videos in which no ball was found.
 * @param times of every frame of the video, seconds, rising
 */
export function motionAction(players: readonly Track[], times: ArrayLike<number>): Action[] {
  const frames = times.length
  const speeds: number[][] = Array.from({ length: frames }, () => [])
  const vectors: [number, number, number][][] = Array.from({ length: frames }, () => [])
  for (const { frames: path } of players) {
    path.forEach(({ frame, bbox: box }, index) => {
      const before = path[index - 1]
      if (before === undefined || frame >= frames) return
      const [x, y] = centre(box)
      const [fromX, fromY] = centre(before.bbox)
      const perS = 1 / lapseS(times, before.frame, frame)
      vectors[frame]?.push([(x - fromX) * perS, (y - fromY) * perS, Math.max(1, box[3] - box[1])])
    })
  }
  vectors.forEach((all, frame) => {
    // What everybody does is the camera.
    const [x, y] = all.length > 2 ? [median(all.map(([vx]) => vx)), median(all.map(([, vy]) => vy))] : [0, 0]
    for (const [vx, vy, height] of all) speeds[frame]?.push(Math.hypot(vx - x, vy - y) / height)
  })
  const means = speeds.map((all) => (all.length > 0 ? all.reduce((sum, speed) => sum + speed, 0) / all.length : 0))
  const usual = median(means)
  const sorted = [...means].sort((a, b) => a - b)
  // Calm videos have no bursts: at least half a height per second above the usual counts in full.
  const range = Math.max(0.5, (sorted[Math.floor(0.98 * sorted.length)] ?? 0) - usual)
  return means.map((speed, frame) => {
    const level = clamp((speed - usual) / range)
    return { level, player: 0, speed: 0, crowd: clamp((vectors[frame]?.length ?? 0) / 10) }
  })
}

function lapseS(times: ArrayLike<number>, from: number, to: number): number {
  return (times[to] ?? 0) - (times[from] ?? 0)
}

function still(frames: number): Action[] {
  return Array.from({ length: frames }, () => ({ level: 0, player: 0, speed: 0, crowd: 0 }))
}

function placeByFrame(tracks: readonly Track[], frames: number): Placed[][] {
  const placed: Placed[][] = Array.from({ length: frames }, () => [])
  for (const { track_id, frames: path } of tracks) {
    for (const { frame, bbox } of path) placed[frame]?.push({ id: track_id, box: bbox })
  }
  return placed
}

interface Nearest {
  readonly id: number
  /** Gap between ball and player's box, in heights of the player. */
  readonly distance: number
  readonly height: number
  /** Players in the fray, this one included. */
  readonly around: number
}

function nearestPlayer(ball: Seen, people: readonly Placed[]): Nearest | undefined {
  const [x, y] = centre(ball)
  let nearest: Nearest | undefined
  let around = 0
  for (const { id, box } of people) {
    const height = Math.max(1, box[3] - box[1])
    const gap = Math.hypot(Math.max(box[0] - x, 0, x - box[2]), Math.max(box[1] - y, 0, y - box[3])) / height
    if (gap < FRAY) around++
    if (nearest === undefined || gap < nearest.distance) nearest = { id, distance: gap, height, around: 0 }
  }
  return nearest && { ...nearest, around }
}

function centre([x1, y1, x2, y2]: Seen): [number, number] {
  return [(x1 + x2) / 2, (y1 + y2) / 2]
}

function distance([ax, ay]: [number, number], [bx, by]: [number, number]): number {
  return Math.hypot(ax - bx, ay - by)
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
