/** The value below which the share `q` of the samples lies (nearest rank, so always a sample itself). */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]
  if (value === undefined) throw new Error('No samples.')
  return value
}
