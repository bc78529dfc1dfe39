import type { Chains, Link } from './chain.ts'
import { TUNING } from './tuning.ts'

/**
 * Takes out what a detector dreamt up: chains that were short and never convincing. What was seen for long is real, however weak; what
 * is short must have scores that add up. Before chains are joined over long gaps it keeps ghosts from becoming parts of people.
 */
export function dropGhosts(chains: Chains, newTrackScore: number, frameS: number): void {
  const ghosts = new Set<Link>()
  for (const first of chains.links) {
    if (first.before !== undefined || isReal(first, newTrackScore, frameS)) continue
    for (let link: Link | undefined = first; link !== undefined; link = link.after) ghosts.add(link)
  }
  if (ghosts.size > 0) chains.links = chains.links.filter((link) => !ghosts.has(link))
}

function isReal(first: Link, newTrackScore: number, frameS: number): boolean {
  let [evidence, seenS, surest] = [0, 0, 0]
  for (let link: Link | undefined = first; link !== undefined; link = link.after) {
    const { score } = link.seen
    evidence += score - newTrackScore * TUNING.ghosts.doubtful
    seenS += frameS
    surest = Math.max(surest, score)
  }
  return surest >= newTrackScore && (seenS >= TUNING.ghosts.longS || evidence >= TUNING.ghosts.evidence)
}
