/** One picture of small frames, evenly spaced in time, in rows. */
export interface FilmstripPlan {
  readonly columns: number
  readonly rows: number
  readonly tileWidth: number
  readonly tileHeight: number
  /** Seconds from tile to tile. */
  readonly stepS: number
}

const COLUMNS = 10
const MAX_TILES = 120
/** Closer tiles than this look alike. */
const MIN_STEP_S = 0.5
/** Shorter side of a tile, pixels: sharp on a timeline 64 pixels high on dense screens. */
const TILE_SIDE = 90
const MAX_TILE_SIDE = 320

function even(length: number): number {
  return Math.min(MAX_TILE_SIDE, Math.max(2, 2 * Math.round(length / 2)))
}

/** `frames` and `durationS` of what is shown; never more tiles than frames. */
export function planFilmstrip(
  source: { readonly width: number; readonly height: number },
  frames: number,
  durationS: number,
): FilmstripPlan {
  const tiles = Math.max(1, Math.min(MAX_TILES, frames, Math.ceil(durationS / MIN_STEP_S)))
  const columns = Math.min(COLUMNS, tiles)
  const scale = TILE_SIDE / Math.min(source.width, source.height)
  return {
    columns,
    rows: Math.ceil(tiles / columns),
    tileWidth: even(source.width * scale),
    tileHeight: even(source.height * scale),
    stepS: durationS / tiles,
  }
}

/** The frames that became tiles: each the first one at or after its turn. The filter graph selects by the same rule. */
export function tileTimes({ columns, rows, stepS }: FilmstripPlan, times: readonly number[]): number[] {
  const chosen: number[] = []
  for (const time of times) {
    if (chosen.length < columns * rows && time >= stepS * chosen.length - 1e-6) chosen.push(time)
  }
  return chosen
}
