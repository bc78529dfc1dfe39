import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeCallbackPath } from './safe-callback-path.ts'

const options = { appUrl: 'https://reelballers.test', fallback: '/library' }

test.each([
  ['/jobs/job_1?tab=receipt#top', '/jobs/job_1?tab=receipt#top'],
  ['https://reelballers.test/wallet', '/wallet'],
  ['/', '/'],
])('%s is kept', (given, expected) => {
  expect(safeCallbackPath(given, options)).toBe(expected)
})

test.each([
  '',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n//evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  'https://reelballers.test.evil.example/',
  'https://reelballers.test@evil.example/',
  'https://reelballers.test//evil.example',
  'javascript:alert(1)',
  ' /\\evil.example',
  'library',
])('%j leads to the fallback', (given) => {
  expect(safeCallbackPath(given, options)).toBe('/library')
})

test('whatever is asked for, the result stays on our origin', () => {
  const parts = fc.constantFrom(
    '/',
    '\\',
    '//',
    '.',
    '..',
    '@',
    ':',
    '?',
    '#',
    '\t',
    '\n',
    'evil.example',
    'https:',
    '%2f',
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (pieces) => {
      const path = safeCallbackPath(pieces.join(''), options)
      expect(new URL(path, options.appUrl).origin).toBe(options.appUrl)
    }),
    { numRuns: 2000 },
  )
})
