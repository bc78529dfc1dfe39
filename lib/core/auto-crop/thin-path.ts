/** A crop at a frame, before it has become a keyframe: pixels. */
export interface PathPoint {
  readonly frame: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Fewest-ish points whose straight connections stay within `tolerance` pixels of every edge of every crop (Ramer 1972, Douglas &
 * Peucker 1973, measured along the frames as rendering interpolates). First and last are kept. Chosen points lie on the path, so no
 * connection is faster than the path's fastest step.
 */
export function thinPath(path: readonly PathPoint[], tolerance: number): PathPoint[] {
  const kept = new Set([0, path.length - 1])
  const spans: [number, number][] = [[0, path.length - 1]]
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span
    const worst = furthest(path, from, to)
    if (worst.distance <= tolerance) continue
    kept.add(worst.index)
    spans.push([from, worst.index], [worst.index, to])
  }
  return path.filter((_, index) => kept.has(index))
}

function furthest(path: readonly PathPoint[], from: number, to: number): { index: number; distance: number } {
  let worst = { index: from, distance: 0 }
  const [a, b] = [path[from], path[to]]
  if (a === undefined || b === undefined) return worst
  for (let index = from + 1; index < to; index++) {
    const point = path[index]
    if (point === undefined) continue
    const distance = edgeDistance(point, between(a, b, point.frame))
    if (distance > worst.distance) worst = { index, distance }
  }
  return worst
}

function between(a: PathPoint, b: PathPoint, frame: number): PathPoint {
  const part = (frame - a.frame) / (b.frame - a.frame)
  const mix = (from: number, to: number): number => from + (to - from) * part
  return {
    frame,
    x: mix(a.x, b.x),
    y: mix(a.y, b.y),
    width: mix(a.width, b.width),
    height: mix(a.height, b.height),
  }
}

/** How far apart the most distant edges are. */
function edgeDistance(a: PathPoint, b: PathPoint): number {
  return Math.max(
    Math.abs(a.x - b.x),
    Math.abs(a.y - b.y),
    Math.abs(a.x + a.width - b.x - b.width),
    Math.abs(a.y + a.height - b.y - b.height),
  )
}
