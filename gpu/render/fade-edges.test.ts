import { expect, it } from 'vitest'
import { fadeEdges } from './fade-edges.ts'

const loud = (frames: number) => new Uint8Array(new Int16Array(2 * frames).fill(1000).buffer)
const levels = (bytes: Uint8Array) => [...new Int16Array(bytes.slice().buffer)].filter((_, index) => index % 2 === 0)

it('fades both ends and leaves the middle as it was', () => {
  const bytes = loud(20)
  fadeEdges(bytes, 2, 0, { total: 20, fadeIn: 4, fadeOut: 4 })
  const found = levels(bytes)
  expect(found.slice(4, 16)).toEqual(Array(12).fill(1000))
  expect(found.slice(0, 4)).toEqual(found.slice(16).reverse())
  expect(found.slice(0, 5)).toEqual([...found.slice(0, 5)].sort((a, b) => a - b))
  expect(found[0]).toBeLessThan(100)
})

it('makes of pieces what it makes of the whole', () => {
  const plan = { total: 30, fadeIn: 7, fadeOut: 9 }
  const whole = loud(30)
  fadeEdges(whole, 2, 0, plan)
  const cuts = [0, 1, 5, 20, 23, 30]
  const parts = cuts.slice(1).flatMap((end, index) => {
    const start = cuts[index] ?? 0
    const part = loud(end - start)
    fadeEdges(part, 2, start, plan)
    return levels(part)
  })
  expect(parts).toEqual(levels(whole))
})

it('fades a piece shorter than its fades once, in and out', () => {
  const bytes = loud(4)
  fadeEdges(bytes, 2, 0, { total: 4, fadeIn: 8, fadeOut: 8 })
  const found = levels(bytes)
  expect(found).toEqual([...found].reverse())
  expect(Math.max(...found)).toBeLessThan(250)
})
