import { expect, test } from 'vitest'
import { memoryWindows } from './memory-windows.ts'

const THREE = { limit: 3, windowMs: 60_000 }

test('a window admits so many calls, then says how long to wait; each key has its own', () => {
  const windows = memoryWindows()
  expect([0, 1, 2].map((nowMs) => windows.count('a', THREE, nowMs))).toEqual([0, 0, 0])
  expect(windows.count('a', THREE, 10_000)).toBe(50_000)
  expect(windows.count('b', THREE, 10_000)).toBe(0)
  expect(windows.count('a', THREE, 59_999)).toBe(1)
  expect(windows.count('a', THREE, 60_000)).toBe(0)
})

test('whoever makes up keys fills no memory: the key that came first is forgotten', () => {
  const windows = memoryWindows(2)
  for (let call = 0; call < 4; call++) windows.count('first', THREE, 0)
  windows.count('second', THREE, 0)
  expect(windows.count('first', THREE, 0)).toBe(60_000)
  windows.count('third', THREE, 0)
  expect(windows.count('first', THREE, 0)).toBe(0)
})
