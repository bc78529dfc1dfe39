import { expect, test } from 'vitest'
import { decodeStoredPages, encodeStoredPages, inlineSources, type StoredPages } from './stored-pages.ts'

const PAGES: StoredPages = new Map([
  ['/', { scripts: ['sha256-a/+=', 'sha256-b'], styles: [] }],
  ['/pricing', { scripts: [], styles: ['sha256-c'] }],
  ['/_not-found', { scripts: ['sha256-d'], styles: ['sha256-e'] }],
])

test('what the build embeds is what the middleware reads', () => {
  expect(decodeStoredPages(encodeStoredPages(PAGES))).toEqual(PAGES)
})

test('the text needs no escaping inside a JavaScript string', () => {
  expect(encodeStoredPages(PAGES)).not.toMatch(/['"`\\\n$]/)
})

test('a build without embedded pages has none', () => {
  expect(decodeStoredPages('__STORED_PAGES__').size).toBe(0)
})

test('a stored page runs by its hashes, without a nonce', () => {
  expect(inlineSources(PAGES, '/', 'n')).toEqual({ scripts: ["'sha256-a/+='", "'sha256-b'"], styles: [] })
  expect(inlineSources(PAGES, '/pricing/', 'n').styles).toEqual(["'sha256-c'"])
})

test('any other address runs by its nonce, or as the "not found" page', () => {
  expect(inlineSources(PAGES, '/wallet', 'n')).toEqual({
    scripts: ["'nonce-n'", "'sha256-d'"],
    styles: ["'nonce-n'", "'sha256-e'"],
  })
})
