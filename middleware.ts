import { type NextRequest, NextResponse } from 'next/server'
import { readHost } from '#lib/platform/cloudflare.ts'
import { type AppEnv, parseEnv } from '#lib/platform/env.ts'
import { type SecuritySettings, securityHeaders } from '#lib/platform/security-headers.ts'
import { decodeStoredPages, inlineSources } from '#lib/platform/stored-pages.ts'

// The build replaces this text (lib/platform/deploy/embed-stored-pages.ts).
const STORED_PAGES = decodeStoredPages('__STORED_PAGES__')

let settings: SecuritySettings | null = null

/** Security headers only: every route checks for itself who is asking. */
export function middleware(request: NextRequest): NextResponse {
  settings ??= readSettings(parseEnv(readHost().values))
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  const { pathname } = request.nextUrl
  const headers = securityHeaders(settings, pathname, inlineSources(STORED_PAGES, pathname, nonce))

  // Next reads the nonce from the policy of the request and puts it on the scripts it writes.
  const forwarded = new Headers(request.headers)
  forwarded.set('content-security-policy', headers['content-security-policy'] ?? '')
  const response = NextResponse.next({ request: { headers: forwarded } })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

function readSettings(env: AppEnv): SecuritySettings {
  const stripe = env.STRIPE_API_BASE === 'https://api.stripe.com' ? 'https://checkout.stripe.com' : env.STRIPE_API_BASE
  return {
    appUrl: env.APP_URL,
    storageOrigin: env.R2_ENDPOINT,
    formOrigins: [
      stripe,
      ...(env.AUTH_GOOGLE_ID ? ['https://accounts.google.com'] : []),
      ...(env.AUTH_GITHUB_ID ? ['https://github.com'] : []),
    ],
    development: process.env.NODE_ENV === 'development',
  }
}

export const config = { matcher: '/((?!_next/static/).*)' }
