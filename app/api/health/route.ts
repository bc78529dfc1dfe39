export const runtime = 'edge'

/** Touches nothing: what every other route's latency is measured against. */
export function GET() {
  return Response.json({ ok: true })
}
