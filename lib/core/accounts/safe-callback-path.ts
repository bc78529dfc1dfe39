/** Stands for our origin while a path is taken apart; it can belong to nobody (RFC 2606). */
const BASE = 'https://app.invalid'

/**
 * Where to go after signing in: a path of this app, or `fallback` for anything that leads elsewhere. The URL parser decides, as the
 * browser's would: it turns `\` into `/` and drops tabs and line breaks, so `/\evil.example` is another host.
 */
export function safeCallbackPath(
  callbackUrl: string,
  { appUrl, fallback }: { appUrl: string; fallback: string },
): string {
  const relative = callbackUrl.startsWith(`${appUrl}/`) ? callbackUrl.slice(appUrl.length) : callbackUrl
  if (!relative.startsWith('/')) return fallback
  const url = URL.parse(relative, BASE)
  if (url?.origin !== BASE) return fallback
  // `//host` can also come out of resolving: `/.//host`.
  return url.pathname.startsWith('//') ? fallback : `${url.pathname}${url.search}${url.hash}`
}
