export interface VersionMark {
  readonly revision: number
  readonly savedAtMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How close together versions of an age are kept: one of every such span (of the last hour, all that were made). Older ones go. */
const SPANS = [
  { untilMs: HOUR_MS, everyMs: 1 },
  { untilMs: DAY_MS, everyMs: HOUR_MS },
  { untilMs: 30 * DAY_MS, everyMs: DAY_MS },
] as const

/** Saving makes one in five minutes, so the spans come to 12 + 24 + 30; the rest is room for versions that are kept on purpose. */
export const MAX_VERSIONS = 80

/** Revisions to delete: at most one version is left per span, its newest; the newest of all always stays. */
export function versionsToDrop(versions: readonly VersionMark[], nowMs: number): number[] {
  const newestFirst = [...versions].sort((a, b) => b.savedAtMs - a.savedAtMs || b.revision - a.revision)
  const taken = new Set<string>()
  const kept = new Set<number>()
  for (const [index, { revision, savedAtMs }] of newestFirst.entries()) {
    const age = Math.max(0, nowMs - savedAtMs)
    const span = SPANS.find(({ untilMs }) => age < untilMs)
    const slot = span && `${span.everyMs}:${Math.floor(savedAtMs / span.everyMs)}`
    const wanted = slot !== undefined && !taken.has(slot)
    if (slot !== undefined) taken.add(slot)
    if ((index === 0 || wanted) && kept.size < MAX_VERSIONS) kept.add(revision)
  }
  return newestFirst.flatMap(({ revision }) => (kept.has(revision) ? [] : [revision]))
}
