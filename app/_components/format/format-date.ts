const DAY_MS = 24 * 60 * 60 * 1000

/** "just now", "12 min ago", "3 h ago", then the date. */
export function formatAgo(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`
  return formatDate(atMs)
}

export function formatDate(atMs: number): string {
  return new Date(atMs).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

export function formatDateTime(atMs: number): string {
  return new Date(atMs).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
}

/** "29 days left", "expires today", "expired". */
export function formatExpiry(atMs: number, nowMs: number): string {
  const days = Math.floor((atMs - nowMs) / DAY_MS)
  if (atMs <= nowMs) return 'expired'
  if (days < 1) return 'expires today'
  return days === 1 ? '1 day left' : `${days} days left`
}
