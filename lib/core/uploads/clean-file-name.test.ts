import { expect, test } from 'vitest'
import { cleanFileName } from './clean-file-name.ts'

test.each([
  ['Finale 2026.mp4', 'Finale 2026.mp4'],
  ['C:\\fakepath\\clip.mov', 'clip.mov'],
  ['../../etc/passwd', 'passwd'],
  ['a\r\nb\u0000.mp4', 'ab.mp4'],
  ['holiday\u202egpj.mp4', 'holidaygpj.mp4'],
  ['試合.mp4', '試合.mp4'],
  ['\u0007', 'video'],
  ['uploads/', 'video'],
])('%j is kept as %j', (name, expected) => {
  expect(cleanFileName(name)).toBe(expected)
})

test('a name cut at 255 characters does not end in half a character', () => {
  expect(cleanFileName(`${'x'.repeat(254)}😀.mp4`).isWellFormed()).toBe(true)
})
