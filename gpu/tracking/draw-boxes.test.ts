import { expect, it } from 'vitest'
import { drawBoxes } from './draw-boxes.ts'

it('draws frames two pixels wide, cut off at the picture’s edge, and leaves colour alone', () => {
  const layout = { batch: 1, width: 16, height: 12 }
  const frame = new Uint8Array(16 * 12 * 1.5)
  drawBoxes(frame, layout, [{ box: [8, 4, 40, 20], score: 1, className: 'person' }], { x: 0.5, y: 0.5 })
  const rows = Array.from({ length: 12 }, (_, y) =>
    [...frame.subarray(16 * y, 16 * y + 16)].map((value) => (value === 235 ? '#' : '.')).join(''),
  )
  const edge = '....############'
  const middle = '....##........##'
  const none = '................'
  expect(rows).toEqual([none, none, edge, edge, ...Array(4).fill(middle), edge, edge, none, none])
  expect(frame.subarray(16 * 12).every((value) => value === 0)).toBe(true)
})
