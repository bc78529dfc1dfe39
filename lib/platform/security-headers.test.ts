import { expect, test } from 'vitest'
import { type SecuritySettings, securityHeaders } from './security-headers.ts'

const PRODUCTION: SecuritySettings = {
  appUrl: 'https://reelballers.test',
  storageOrigin: 'https://account.r2.test',
  formOrigins: ['https://checkout.stripe.com'],
  development: false,
}
const LOCAL = { ...PRODUCTION, appUrl: 'http://localhost:8788', storageOrigin: 'http://localhost:9301' }
const NONCE = { scripts: ["'nonce-abc'"], styles: ["'nonce-abc'"] }

function directives(settings: SecuritySettings, path = '/wallet'): Record<string, string[]> {
  const policy = securityHeaders(settings, path, NONCE)['content-security-policy'] ?? ''
  return Object.fromEntries(
    policy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ')
      return [name, sources]
    }),
  )
}

test('scripts run from the app, with the page’s own mark, and as WASM; nothing else does', () => {
  expect(directives(PRODUCTION)['script-src']).toEqual(["'self'", "'wasm-unsafe-eval'", "'nonce-abc'"])
})

test('the bucket may be read from and uploaded to', () => {
  const policy = directives(PRODUCTION)
  for (const name of ['img-src', 'media-src', 'connect-src']) expect(policy[name]).toContain('https://account.r2.test')
  expect(policy['default-src']).toEqual(["'self'"])
})

test('workers may be made from blobs', () => {
  expect(directives(PRODUCTION)['worker-src']).toEqual(["'self'", 'blob:'])
})

test('nobody may frame the app, and it frames nobody', () => {
  expect(directives(PRODUCTION)['frame-ancestors']).toEqual(["'none'"])
  expect(directives(PRODUCTION)['frame-src']).toEqual(["'none'"])
  expect(securityHeaders(PRODUCTION, '/', NONCE)['x-frame-options']).toBe('DENY')
})

test('forms lead to the app and to the named vendors only', () => {
  expect(directives(PRODUCTION)['form-action']).toEqual(["'self'", 'https://checkout.stripe.com'])
})

test('over https browsers are told to stay there; on localhost they are not', () => {
  expect(securityHeaders(PRODUCTION, '/', NONCE)['strict-transport-security']).toMatch(/^max-age=\d{8}/)
  expect(directives(PRODUCTION)).toHaveProperty('upgrade-insecure-requests')
  expect(securityHeaders(LOCAL, '/', NONCE)).not.toHaveProperty('strict-transport-security')
  expect(directives(LOCAL)).not.toHaveProperty('upgrade-insecure-requests')
})

test('only the development server may compile scripts from text', () => {
  expect(directives(LOCAL)['script-src']).not.toContain("'unsafe-eval'")
  expect(directives({ ...LOCAL, development: true })['script-src']).toContain("'unsafe-eval'")
})

test.each([
  ['/studio', 'same-origin', 'require-corp'],
  ['/studio/prj_1', 'same-origin', 'require-corp'],
  ['/studios', undefined, undefined],
  ['/wallet', undefined, undefined],
  ['/ort/ort-wasm.mjs', undefined, 'require-corp'],
])('%s is isolated as its threads need: opener %s, embedder %s', (path, opener, embedder) => {
  const headers = securityHeaders(PRODUCTION, path, NONCE)
  expect(headers['cross-origin-opener-policy']).toBe(opener)
  expect(headers['cross-origin-embedder-policy']).toBe(embedder)
})

test('an API answer opened in a tab may load nothing', () => {
  expect(directives(PRODUCTION, '/api/me')['default-src']).toEqual(["'none'"])
  expect(securityHeaders(PRODUCTION, '/api/me', NONCE)['x-content-type-options']).toBe('nosniff')
})
