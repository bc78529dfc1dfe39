import { type Chains, exchange, type Link, linkCost } from './chain.ts'
import { BOX_STATE_SIZE } from './kalman.ts'
import { TUNING } from './tuning.ts'

/**
 * Undoes identity switches: wherever two chains come near each other, the likelihood of their continuations (all of the past against
 * all of the future) is compared with that of the continuations exchanged, and the best exchanges are made until none is left that
 * gains more than the margin. The exchange is the switch move of Markov chain Monte Carlo data association (Oh, Russell & Sastry,
 * 2009), made greedily.
 */
export function exchangeTails(chains: Chains): number {
  let made = 0
  for (let sweep = 0; sweep < TUNING.exchange.sweeps; sweep++) {
    const found = findExchanges(chains)
    found.sort((p, q) => p.gain - q.gain)
    let changed = 0
    for (const { a, b } of found) {
      if (!isPossible(a, b) || gainOf(chains, a, b) > -TUNING.exchange.margin) continue
      exchange(chains, a, b)
      changed++
    }
    made += changed
    if (changed === 0) break
  }
  return made
}

interface Exchange {
  readonly a: Link
  readonly b: Link
  readonly gain: number
}

/** Where anything changed since the last time. */
function findExchanges(chains: Chains): Exchange[] {
  const { changed, links } = chains
  const starting: Link[][] = Array.from({ length: changed.length }, () => [])
  for (const link of links) starting[link.seen.at]?.push(link)
  const kept = createKeptCosts(chains)
  const found: Exchange[] = []
  // The last link of every chain that goes on, or that ended not long ago.
  const current: Link[] = []
  starting.forEach((fresh, at) => {
    const nowS = fresh[0]?.seen.timeS
    if (nowS === undefined) return
    let stale = 0
    for (const link of current) {
      const goesOn = link.after ? link.after.seen.at > at : nowS - link.seen.timeS < TUNING.exchange.reachS
      if (goesOn) current[stale++] = link
    }
    current.length = stale
    current.push(...fresh)
    for (let i = stale; i < current.length; i++) {
      const a = current[i]
      for (let j = 0; j < i; j++) {
        const b = current[j]
        if (!a || !b || !(changed[at] || changed[b.seen.at]) || !isNear(a, b) || !isPossible(a, b)) continue
        const gain = exchangeCost(chains, a, b) - kept(a) - kept(b)
        if (gain < -TUNING.exchange.margin) found.push({ a, b, gain })
      }
    }
  })
  changed.fill(0)
  return found
}

/** Costs of the links as they are, each reckoned once. */
function createKeptCosts(chains: Chains): (link: Link) => number {
  const costs = new Float64Array(chains.past.length / BOX_STATE_SIZE).fill(Number.NaN)
  return (link) => {
    const index = link.slot / BOX_STATE_SIZE
    const known = costs[index] ?? Number.NaN
    if (!Number.isNaN(known)) return known
    const cost = link.after ? costOf(chains, link, link.after) : 0
    costs[index] = cost
    return cost
  }
}

function isNear({ seen: a }: Link, { seen: b }: Link): boolean {
  const reach = TUNING.exchange.reach * (a.height + b.height) * (0.5 + 2 * Math.abs(a.timeS - b.timeS))
  return Math.abs(a.x - b.x) < reach && Math.abs(a.y - b.y) < reach
}

/** The chains may have changed since the exchange was found. */
function isPossible(a: Link, b: Link): boolean {
  const [afterA, afterB] = [a.after, b.after]
  if (afterA === undefined && afterB === undefined) return false
  if (afterB && (afterB.seen.at <= a.seen.at || afterB.seen.timeS - a.seen.timeS > TUNING.exchange.gapS)) return false
  if (afterA && (afterA.seen.at <= b.seen.at || afterA.seen.timeS - b.seen.timeS > TUNING.exchange.gapS)) return false
  return true
}

/** Gain is negative cost. */
function gainOf(chains: Chains, a: Link, b: Link): number {
  const keep = (a.after ? costOf(chains, a, a.after) : 0) + (b.after ? costOf(chains, b, b.after) : 0)
  return exchangeCost(chains, a, b) - keep
}

function exchangeCost(chains: Chains, a: Link, b: Link): number {
  return (a.after ? costOf(chains, b, a.after) : 0) + (b.after ? costOf(chains, a, b.after) : 0)
}

function costOf(chains: Chains, before: Link, after: Link): number {
  const { size, perMissed, mostMissed } = TUNING.exchange
  return linkCost(chains, before, after, size) + perMissed * Math.min(mostMissed, after.seen.at - before.seen.at - 1)
}
