import type { InlineSources } from './stored-pages.ts'

/** What the policies depend on, by deployment. */
export interface SecuritySettings {
  appUrl: string
  /** Origin of the bucket, which browsers read from and upload to. */
  storageOrigin: string
  /** Where a form may lead to besides the app: checkout and the sign-in providers. */
  formOrigins: readonly string[]
  /** `next dev` compiles with eval and talks over a socket. */
  development: boolean
}

/** The content security policy of a page. Kept the same but for the inline sources: it outlives in-app navigation. */
export function pagePolicy(settings: SecuritySettings, inline: InlineSources): string {
  const { storageOrigin, development } = settings
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'self'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'", ...(development ? ["'unsafe-eval'"] : []), ...inline.scripts],
    'style-src': ["'self'", ...(development ? ["'unsafe-inline'"] : inline.styles)],
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:', storageOrigin],
    'media-src': ["'self'", 'blob:', storageOrigin],
    'connect-src': ["'self'", 'blob:', storageOrigin, ...(development ? ['ws:'] : [])],
    'font-src': ["'self'"],
    'worker-src': ["'self'", 'blob:'],
    'frame-src': ["'none'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'", ...settings.formOrigins],
    'frame-ancestors': ["'none'"],
    ...(isHttps(settings) ? { 'upgrade-insecure-requests': [] } : {}),
  }
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ')
}

/** The policy of answers that are no pages: opened in a tab they may do nothing. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Never more than the origin, to ourselves neither: the address of a sign-in link holds its token.
  'referrer-policy': 'strict-origin',
  'permissions-policy':
    'accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), ' +
    'microphone=(), midi=(), payment=(), serial=(), usb=()',
  'cross-origin-resource-policy': 'same-origin',
}

const TWO_YEARS_S = 63_072_000

/** Pages that need threads in the browser (inference, decoding) are isolated from every other origin; the rest need not be. */
const ISOLATED_PAGE = /^\/studio(?:\/|$)/
/** An isolated page may start workers only from scripts that demand the same of what they load. */
const SCRIPT = /\.m?js$/

/** Every security header of one answer, by name. */
export function securityHeaders(
  settings: SecuritySettings,
  pathname: string,
  inline: InlineSources,
): Record<string, string> {
  const api = pathname.startsWith('/api/')
  return {
    ...ALWAYS,
    'content-security-policy': api ? API_POLICY : pagePolicy(settings, inline),
    ...(ISOLATED_PAGE.test(pathname) ? { 'cross-origin-opener-policy': 'same-origin' } : {}),
    ...(ISOLATED_PAGE.test(pathname) || SCRIPT.test(pathname)
      ? { 'cross-origin-embedder-policy': 'require-corp' }
      : {}),
    ...(isHttps(settings) ? { 'strict-transport-security': `max-age=${TWO_YEARS_S}; includeSubDomains` } : {}),
  }
}

function isHttps(settings: SecuritySettings): boolean {
  return settings.appUrl.startsWith('https://')
}
