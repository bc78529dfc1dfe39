import { type Chains, exchange, type Link, linkCost } from './chain.ts'
import { TUNING } from './tuning.ts'

/**
 * Undoes identity switches: wherever two chains come near each other, the likelihood of their continuations (all of the past against
 * all of the future) is compared with that of the continuations exchanged, and the best exchanges are made until none is left that
 * gains more than the margin. The exchange is the switch move of Markov chain Monte Carlo data association (Oh, Russell & Sastry,
 * 2009), made greedily.
 */
export function exchangeTails(chains: Chains, frames: number): number {
  let made = 0
  for (let sweep = 0; sweep < TUNING.exchange.sweeps; sweep++) {
    const found = findExchanges(chains, frames)
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

export function findExchanges(chains: Chains, frames: number): Exchange[] {
  const starting: Link[][] = Array.from({ length: frames }, () => [])
  for (const link of chains.links) starting[link.seen.at]?.push(link)
  const found: Exchange[] = []
  // The last link of every chain that goes on, or that ended not long ago.
  let current: Link[] = []
  for (const fresh of starting) {
    if (fresh.length === 0) continue
    const nowS = fresh[0]?.seen.timeS ?? 0
    const followed = new Set(fresh.map(({ before }) => before))
    current = current.filter(
      (link) => !followed.has(link) && (link.after !== undefined || nowS - link.seen.timeS < TUNING.exchange.reachS),
    )
    const stale = current.length
    current.push(...fresh)
    for (let i = stale; i < current.length; i++) {
      const a = current[i]
      for (let j = 0; j < i; j++) {
        const b = current[j]
        if (!a || !b || !isNear(a, b) || !isPossible(a, b)) continue
        const gain = gainOf(chains, a, b)
        if (gain < -TUNING.exchange.margin) found.push({ a, b, gain })
      }
    }
  }
  return found
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

function gainOf(chains: Chains, a: Link, b: Link): number {
  let gain = 0
  if (a.after) gain += costOf(chains, b, a.after) - costOf(chains, a, a.after)
  if (b.after) gain += costOf(chains, a, b.after) - costOf(chains, b, b.after)
  return gain
}

function costOf(chains: Chains, before: Link, after: Link): number {
  const { size, perMissed } = TUNING.exchange
  return linkCost(chains, before, after, size) + perMissed * Math.min(12, after.seen.at - before.seen.at - 1)
}
