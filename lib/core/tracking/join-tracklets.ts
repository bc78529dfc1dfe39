import { type Assigner, createAssigner } from './assign.ts'
import { type Chains, type Link, linkCost, relink } from './chain.ts'
import { type Scene, unexplainedS } from './explain-absence.ts'
import { TUNING } from './tuning.ts'

interface Candidate {
  readonly end: Link
  readonly start: Link
  readonly cost: number
}

/**
 * Joins chains across gaps of up to `gapS` seconds: the cheapest set of joins, each end and each start used once at most, over all
 * pairs whose likelihood beats that of a new thing. Independent groups of pairs are solved on their own. Answers how many were made.
 */
export function joinTracklets(chains: Chains, scene: Scene, gapS: number, gate: number): number {
  const assigner = createAssigner()
  let made = 0
  for (const group of groupByShared(findCandidates(chains, scene, gapS, gate))) {
    for (const { end, start } of solve(group, assigner, gate)) {
      relink(chains, end, start)
      made++
    }
  }
  return made
}

function findCandidates(chains: Chains, scene: Scene, gapS: number, gate: number): Candidate[] {
  const ends = chains.links.filter(({ after }) => after === undefined)
  const starts = chains.links.filter(({ before }) => before === undefined).sort((a, b) => a.seen.timeS - b.seen.timeS)
  ends.sort((a, b) => a.seen.timeS - b.seen.timeS)
  const candidates: Candidate[] = []
  let first = 0
  for (const end of ends) {
    while (first < starts.length && (starts[first]?.seen.at ?? 0) <= end.seen.at) first++
    for (let index = first; index < starts.length; index++) {
      const start = starts[index]
      if (start === undefined) break
      const gap = start.seen.timeS - end.seen.timeS
      if (gap > gapS) break
      const cost = linkCost(chains, end, start, TUNING.join.size) + TUNING.join.perS * gap
      if (cost >= gate) continue
      const absent = Math.min(
        TUNING.join.mostUnexplained,
        TUNING.join.perUnexplainedS * unexplainedS(scene, end, start),
      )
      if (cost + absent < gate) candidates.push({ end, start, cost: cost + absent })
    }
  }
  return candidates
}

/** Candidates in groups that share no end and no start with each other. */
function groupByShared(candidates: readonly Candidate[]): Candidate[][] {
  const parent = new Map<Link, Link>()
  const root = (link: Link): Link => {
    let at = link
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    parent.set(link, at)
    return at
  }
  // An end and a start may be one link (a chain of one observation): the roles are told apart by a stand-in.
  const standIn = new Map<Link, Link>()
  const startOf = (link: Link): Link => {
    const known = standIn.get(link) ?? { ...link }
    standIn.set(link, known)
    return known
  }
  for (const { end, start } of candidates) parent.set(root(end), root(startOf(start)))
  return [...Map.groupBy(candidates, ({ end }) => root(end)).values()]
}

function solve(group: readonly Candidate[], assigner: Assigner, gate: number): Candidate[] {
  const only = group[0]
  if (group.length === 1 && only) return [only]
  const ends = [...new Set(group.map(({ end }) => end))]
  const starts = [...new Set(group.map(({ start }) => start))]
  const row = new Map(ends.map((end, index) => [end, index]))
  const column = new Map(starts.map((start, index) => [start, index]))
  const cost = new Float64Array(ends.length * starts.length).fill(Number.POSITIVE_INFINITY)
  const cell = ({ end, start }: Candidate) => (row.get(end) ?? 0) * starts.length + (column.get(start) ?? 0)
  for (const candidate of group) cost[cell(candidate)] = candidate.cost
  const columnOf = assigner.assign(cost, ends.length, starts.length, gate)
  return group.filter(({ end, start }) => columnOf[row.get(end) ?? 0] === column.get(start))
}
