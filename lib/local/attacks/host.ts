import type { Host } from '#lib/platform/cloudflare.ts'

let host: Host | null = null

/** What the hosting platform lends to every request from here on. */
export function lend(lent: Host): void {
  host = lent
}

/** In the place of lib/platform/cloudflare.ts, which works inside of Pages alone. */
export function readHost(): Host {
  if (!host) throw new Error('no world was opened')
  return host
}
