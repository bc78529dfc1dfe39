export interface Tile {
  /** Where the tile is cut from the frame; multiples of the step. */
  readonly x: number
  readonly y: number
  /** The part of the frame whose result comes from this tile, half-open, even. */
  readonly keep: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }
}

export interface TilePlan {
  readonly width: number
  readonly height: number
  readonly tiles: readonly Tile[]
}

interface Span {
  readonly length: number
  readonly cuts: readonly { readonly start: number; readonly from: number; readonly to: number }[]
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

/** Cuts `length` into `count` spans of one length; each keeps its middle and sees `overlap` more, except at the frame's border. */
function spans(length: number, count: number, overlap: number, step: number): Span {
  if (count === 1) return { length, cuts: [{ start: 0, from: 0, to: length }] }
  const core = roundUp(Math.ceil(length / count), step)
  const wanted = core + 2 * overlap
  // As much beyond a whole number of steps as the frame, so that the last tile, too, starts at a step and ends at the border.
  const beyond = (((length - wanted) % step) + step) % step
  const tile = Math.min(length, wanted + beyond)
  const cuts = []
  for (let from = 0; from < length; from += core) {
    const start = Math.max(0, Math.min(from - overlap, length - tile))
    cuts.push({ start, from, to: Math.min(from + core, length) })
  }
  return { length: tile, cuts }
}

/**
 * Tiles of one fixed size that give exactly the untiled result: whatever is kept lies at least `radius` pixels (what the
 * network looks at, plus two for chroma) from a tile's edge, unless that edge is the frame's own. Tiles start at multiples of
 * `step` (and of two, for chroma), as networks with windows or strides of their own need it.
 */
export function planTiles(
  frame: { readonly width: number; readonly height: number },
  maxPixels: number,
  radius: number,
  tileStep = 2,
): TilePlan {
  const step = tileStep % 2 === 0 ? tileStep : 2 * tileStep
  const overlap = roundUp(radius + 2, step)
  let [columns, rows] = [1, 1]
  let [across, down] = [spans(frame.width, 1, overlap, step), spans(frame.height, 1, overlap, step)]
  while (across.length * down.length > maxPixels) {
    const wider = across.length >= down.length
    const next = wider ? spans(frame.width, columns + 1, overlap, step) : spans(frame.height, rows + 1, overlap, step)
    // Tiles that are mostly overlap only cost time.
    if (next.length <= 4 * overlap || next.length >= (wider ? across.length : down.length)) break
    if (wider) [across, columns] = [next, columns + 1]
    else [down, rows] = [next, rows + 1]
  }
  const tiles = down.cuts.flatMap((vertical) =>
    across.cuts.map((horizontal) => ({
      x: horizontal.start,
      y: vertical.start,
      keep: { left: horizontal.from, top: vertical.from, right: horizontal.to, bottom: vertical.to },
    })),
  )
  return { width: across.length, height: down.length, tiles }
}
