/** A time to the hundredth: 75.5 → "1:15.50", 3675 → "1:01:15.00". */
export function formatTimecode(seconds: number): string {
  const hundredths = Math.max(0, Math.round(seconds * 100))
  const s = String(Math.floor(hundredths / 100) % 60).padStart(2, '0')
  const rest = String(hundredths % 100).padStart(2, '0')
  const m = Math.floor(hundredths / 6000) % 60
  const h = Math.floor(hundredths / 360_000)
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}.${rest}` : `${m}:${s}.${rest}`
}

/** What people type: "75.5", "1:15.5", "1:01:15"; a comma will do. Null when it is no time. */
export function parseTimecode(text: string): number | null {
  const match = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{0,6})?)$/.exec(text.trim())
  if (!match) return null
  const [, h = '0', m = '0', s = '0'] = match
  const seconds = Number(h) * 3600 + Number(m) * 60 + Number(s.replace(',', '.'))
  return Number.isFinite(seconds) ? seconds : null
}
