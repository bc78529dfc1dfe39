import { expect, test } from 'vitest'
import { contentDisposition } from './content-disposition.ts'

test('a plain name is quoted and repeated in the extended form', () => {
  expect(contentDisposition('final cut.mp4')).toBe(
    `attachment; filename="final cut.mp4"; filename*=UTF-8''final%20cut.mp4`,
  )
})

test('accents and other scripts survive in the extended form and have an ASCII stand-in', () => {
  expect(contentDisposition('Café 東京.mov')).toBe(
    `attachment; filename="Cafe __.mov"; filename*=UTF-8''Caf%C3%A9%20%E6%9D%B1%E4%BA%AC.mov`,
  )
})

test('nothing in a name ends the header or starts another', () => {
  const header = contentDisposition('a"; filename="b.exe\r\nset-cookie: x=1/../\\\u202egpj.mp4')
  expect(header).toBe(
    `attachment; filename="a; filename=b.exeset-cookie: x=1..gpj.mp4"; filename*=UTF-8''a%3B%20filename%3Db.exeset-cookie%3A%20x%3D1..gpj.mp4`,
  )
})

test('characters that RFC 5987 reserves are percent-encoded and a lone surrogate does not throw', () => {
  expect(contentDisposition(`it's (1)*\ud800.mp4`)).toContain(`filename*=UTF-8''it%27s%20%281%29%2A%EF%BF%BD.mp4`)
})

test('a name of nothing but unsafe characters still downloads as something', () => {
  expect(contentDisposition('///')).toBe(`attachment; filename="video"; filename*=UTF-8''video`)
})
