import { expect, test } from 'vitest'
import { playerRows } from './player-rows.ts'

const span = (startFrame: number, endFrame: number) => ({ startFrame, endFrame })

test('who follows someone gets their row; who is there at the same time gets another', () => {
  expect(playerRows([span(0, 10), span(5, 30), span(12, 20), span(13, 40), span(31, 32)])).toEqual({
    rows: [0, 1, 0, 2, 0],
    count: 3,
  })
  expect(playerRows([])).toEqual({ rows: [], count: 0 })
})
