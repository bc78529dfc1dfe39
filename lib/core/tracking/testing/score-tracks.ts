import { createAssigner } from '#lib/core/tracking/assign.ts'

/** One box of a track: `[x, y, width, height]` in pixels. */
export interface LabelledBox {
  readonly id: number
  readonly box: readonly [number, number, number, number]
}
/** Boxes by frame. */
export type Labels = ReadonlyMap<number, readonly LabelledBox[]>

/** Fractions, except the counts. */
export interface TrackingScore {
  readonly mota: number
  readonly idf1: number
  readonly hota: number
  readonly detA: number
  readonly assA: number
  readonly falsePositives: number
  readonly misses: number
  readonly switches: number
}

/** HOTA's localisation thresholds 0.05, 0.10 … 0.95. */
const THRESHOLDS = Array.from({ length: 19 }, (_, index) => (index + 1) / 20)
const { assign } = createAssigner()

export function overlap(a: LabelledBox['box'], b: LabelledBox['box']): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1])
  if (width <= 0 || height <= 0) return 0
  return (width * height) / (a[2] * a[3] + b[2] * b[3] - width * height)
}

interface FramePair {
  /** Dense indices of the identities seen. */
  readonly truth: readonly number[]
  readonly result: readonly number[]
  /** IoU, truth-major. */
  readonly iou: Float64Array
}

interface Sequence {
  readonly pairs: FramePair[]
  readonly truthCounts: number[]
  readonly resultCounts: number[]
}

function readSequence(truth: Labels, result: Labels): Sequence {
  const truthIds = new Map<number, number>()
  const resultIds = new Map<number, number>()
  const truthCounts: number[] = []
  const resultCounts: number[] = []
  const index = (ids: Map<number, number>, counts: number[], id: number): number => {
    const dense = ids.get(id) ?? ids.size
    ids.set(id, dense)
    counts[dense] = (counts[dense] ?? 0) + 1
    return dense
  }
  const pairs = [...new Set([...truth.keys(), ...result.keys()])]
    .sort((a, b) => a - b)
    .map((frame): FramePair => {
      const seen = truth.get(frame) ?? []
      const said = result.get(frame) ?? []
      return {
        truth: seen.map(({ id }) => index(truthIds, truthCounts, id)),
        result: said.map(({ id }) => index(resultIds, resultCounts, id)),
        iou: Float64Array.from(seen.flatMap((a) => said.map((b) => overlap(a.box, b.box)))),
      }
    })
  return { pairs, truthCounts, resultCounts }
}

/** CLEAR MOT (Bernardin & Stiefelhagen, 2008) at IoU 0.5: a kept correspondence has priority over a better new one. */
function clearMot({ pairs }: Sequence): { matches: number; switches: number } {
  const last = new Map<number, number>()
  let matches = 0
  let switches = 0
  for (const { truth, result, iou } of pairs) {
    const cost = iou.map((value) => (value >= 0.5 ? 1 - value : Number.POSITIVE_INFINITY))
    truth.forEach((identity, row) => {
      const column = result.indexOf(last.get(identity) ?? -1)
      if (column >= 0 && (iou[row * result.length + column] ?? 0) >= 0.5) cost[row * result.length + column] = -1000
    })
    const columnOf = assign(cost, truth.length, result.length, 1)
    truth.forEach((identity, row) => {
      const said = result[columnOf[row] ?? -1]
      if (said === undefined) return
      matches++
      const before = last.get(identity)
      if (before !== undefined && before !== said) switches++
      last.set(identity, said)
    })
  }
  return { matches, switches }
}

/** Boxes rightly named under the best one-to-one naming of the whole sequence (Ristani et al., 2016). */
function identityMatches({ pairs, truthCounts, resultCounts }: Sequence): number {
  const columns = resultCounts.length
  const together = new Float64Array(truthCounts.length * columns)
  for (const { truth, result, iou } of pairs) {
    truth.forEach((identity, row) => {
      result.forEach((said, column) => {
        if ((iou[row * result.length + column] ?? 0) >= 0.5)
          together[identity * columns + said] = (together[identity * columns + said] ?? 0) + 1
      })
    })
  }
  const columnOf = assign(
    together.map((count) => -count),
    truthCounts.length,
    columns,
    0,
  )
  return truthCounts.reduce((sum, _, row) => {
    const column = columnOf[row] ?? -1
    return sum + (column < 0 ? 0 : (together[row * columns + column] ?? 0))
  }, 0)
}

/** HOTA (Luiten et al., 2021): true positives and the sum of their association scores, per threshold. */
function hotaCounts({ pairs, truthCounts, resultCounts }: Sequence): { hits: number[]; association: number[] } {
  const columns = resultCounts.length
  const potential = new Float64Array(truthCounts.length * columns)
  for (const { truth, result, iou } of pairs) {
    const width = result.length
    const columnSum = result.map((_, column) =>
      truth.reduce((sum, __, row) => sum + (iou[row * width + column] ?? 0), 0),
    )
    truth.forEach((identity, row) => {
      const rowSum = iou.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0)
      result.forEach((said, column) => {
        const value = iou[row * width + column] ?? 0
        const total = rowSum + (columnSum[column] ?? 0) - value
        if (value > 0)
          potential[identity * columns + said] = (potential[identity * columns + said] ?? 0) + value / total
      })
    })
  }
  const alignment = potential.map((value, index) => {
    const row = Math.floor(index / columns)
    return value / ((truthCounts[row] ?? 0) + (resultCounts[index % columns] ?? 0) - value)
  })
  const matched = THRESHOLDS.map(() => new Float64Array(potential.length))
  const hits = THRESHOLDS.map(() => 0)
  for (const { truth, result, iou } of pairs) {
    const width = result.length
    const cost = iou.map((value, index) => {
      const identity = truth[Math.floor(index / width)] ?? 0
      return -value * (alignment[identity * columns + (result[index % width] ?? 0)] ?? 0)
    })
    const columnOf = assign(cost, truth.length, width, 0)
    truth.forEach((identity, row) => {
      const column = columnOf[row] ?? -1
      if (column < 0) return
      const cell = identity * columns + (result[column] ?? 0)
      THRESHOLDS.forEach((threshold, level) => {
        if ((iou[row * width + column] ?? 0) < threshold - 1e-9) return
        hits[level] = (hits[level] ?? 0) + 1
        const counts = matched[level]
        if (counts) counts[cell] = (counts[cell] ?? 0) + 1
      })
    })
  }
  const association = matched.map((counts) =>
    counts.reduce((sum, count, index) => {
      if (count === 0) return sum
      const total = (truthCounts[Math.floor(index / columns)] ?? 0) + (resultCounts[index % columns] ?? 0) - count
      return sum + (count * count) / total
    }, 0),
  )
  return { hits, association }
}

/** Scores of results against ground truth, all sequences taken together as the benchmarks do. */
export function scoreTracks(sequences: readonly { truth: Labels; result: Labels }[]): TrackingScore {
  let boxes = 0
  let said = 0
  let matches = 0
  let switches = 0
  let identityTrue = 0
  const hits = THRESHOLDS.map(() => 0)
  const association = THRESHOLDS.map(() => 0)
  for (const { truth, result } of sequences) {
    const sequence = readSequence(truth, result)
    boxes += sequence.truthCounts.reduce((sum, count) => sum + count, 0)
    said += sequence.resultCounts.reduce((sum, count) => sum + count, 0)
    const clear = clearMot(sequence)
    matches += clear.matches
    switches += clear.switches
    identityTrue += identityMatches(sequence)
    const counts = hotaCounts(sequence)
    counts.hits.forEach((count, level) => {
      hits[level] = (hits[level] ?? 0) + count
      association[level] = (association[level] ?? 0) + (counts.association[level] ?? 0)
    })
  }
  const detA = hits.map((hit) => hit / Math.max(1, boxes + said - hit))
  const assA = hits.map((hit, level) => (association[level] ?? 0) / Math.max(1, hit))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    mota: 1 - (boxes - matches + (said - matches) + switches) / Math.max(1, boxes),
    idf1: (2 * identityTrue) / Math.max(1, boxes + said),
    hota: mean(detA.map((value, level) => Math.sqrt(value * (assA[level] ?? 0)))),
    detA: mean(detA),
    assA: mean(assA),
    falsePositives: said - matches,
    misses: boxes - matches,
    switches,
  }
}
