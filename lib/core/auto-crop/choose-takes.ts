import { at, type Series } from './series.ts'
import { gridSteps, type TimeGrid } from './shots.ts'

/** Grid points `[start, end)` shown in one way. */
export interface Take {
  readonly start: number
  readonly end: number
  readonly wide: boolean
}

/** Below this confidence the whole picture is the better crop. */
const DOUBT = 0.25
/** Seconds of complete certainty that a change of the view must be worth: keeps takes from flickering. */
const CHANGE_COST = 0.35
/** A wide shot shorter than this is not worth two cuts: the camera waits where it is. */
const SHORTEST_WIDE_S = 1.6
/** A close shot shorter than this cannot be read. */
const SHORTEST_CLOSE_S = 0.8

/**
 * Where a shot shows the whole picture because nothing in it can be followed. The sequence of views with the least regret, where each
 * change costs, so there is hysteresis in both directions of time; then too short takes join their neighbours.
 */
export function chooseTakes(confidence: Series, grid: TimeGrid): Take[] {
  let takes = leastRegret(confidence, grid.stepS)
  takes = joinShort(takes, (take) => take.wide && take.end - take.start < gridSteps(grid, SHORTEST_WIDE_S))
  return joinShort(takes, (take) => !take.wide && take.end - take.start < gridSteps(grid, SHORTEST_CLOSE_S))
}

function leastRegret(confidence: Series, stepS: number): Take[] {
  let close = 0
  let wide = 0
  /** Whether the better way to be close (wide) at a point was close (wide) before. */
  const stayed: { close: boolean; wide: boolean }[] = []
  for (const value of confidence) {
    const step = { close: close <= wide + CHANGE_COST, wide: wide <= close + CHANGE_COST }
    const [fromClose, fromWide] = [close, wide]
    // Scaled so that being sure (1) and seeing nothing (0) weigh the same.
    const doubt = Number.isNaN(value) ? 1 : value < DOUBT ? (DOUBT - value) / DOUBT : (DOUBT - value) / (1 - DOUBT)
    close = (step.close ? fromClose : fromWide + CHANGE_COST) + Math.max(0, doubt) * stepS
    wide = (step.wide ? fromWide : fromClose + CHANGE_COST) + Math.max(0, -doubt) * stepS
    stayed.push(step)
  }
  let isWide = wide < close
  let end = confidence.length
  const takes: Take[] = []
  for (let point = confidence.length - 1; point >= 0; point--) {
    const step = stayed[point]
    const stays = point > 0 && (isWide ? step?.wide : step?.close)
    if (stays) continue
    takes.unshift({ start: point, end, wide: isWide })
    end = point
    isWide = !isWide
  }
  return takes
}

/** Takes that are too short become what their neighbours are; the only take stays. */
function joinShort(takes: readonly Take[], tooShort: (take: Take) => boolean): Take[] {
  const joined: Take[] = []
  for (const take of takes) {
    const wide = takes.length > 1 && tooShort(take) ? !take.wide : take.wide
    const last = joined.at(-1)
    if (last?.wide === wide) joined[joined.length - 1] = { ...last, end: take.end }
    else joined.push({ ...take, wide })
  }
  return joined
}

/** A row's values during a take. */
export function during(row: Series, { start, end }: Take): Series {
  return row.subarray(start, end)
}

/** Share of the points whose value is known. */
export function knownShare(row: Series): number {
  return row.length === 0 ? 0 : row.reduce((count, _, i) => count + (Number.isNaN(at(row, i)) ? 0 : 1), 0) / row.length
}
