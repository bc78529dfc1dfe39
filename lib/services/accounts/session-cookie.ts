/**
 * Name of the session cookie. `__Host-` makes browsers insist on https, on this host and on the whole site
 * (RFC 6265bis, 4.1.3.2), so no subdomain can plant one; plain http on localhost cannot have it.
 */
export function sessionCookieName(appUrl: string): string {
  return appUrl.startsWith('https:') ? '__Host-session' : 'session'
}

/** The cookie's value in a `cookie` header; null when there is none. */
export function readSessionCookie(appUrl: string, cookieHeader: string | null): string | null {
  const name = `${sessionCookieName(appUrl)}=`
  const pair = cookieHeader?.split(';').find((part) => part.trimStart().startsWith(name))
  return pair?.trim().slice(name.length) || null
}

/** A `set-cookie` header that makes the browser forget it. */
export function clearedSessionCookie(appUrl: string): string {
  const secure = appUrl.startsWith('https:') ? '; Secure' : ''
  return `${sessionCookieName(appUrl)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure}`
}
