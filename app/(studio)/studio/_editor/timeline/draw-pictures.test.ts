import { expect, test } from 'vitest'
import { pictureTimes } from './draw-pictures.ts'
import { fitView, zoomView } from './timeline-view.ts'

test('zooming in keeps every picture that was there, and asks for those between', () => {
  const view = fitView(60, 1200)
  const coarse = pictureTimes({ view }, 85)
  const fine = pictureTimes({ view: zoomView(view, 2, 0) }, 85)
  expect(coarse.slice(0, 3)).toEqual([0, 4, 8])
  expect(fine.slice(0, 5)).toEqual([0, 2, 4, 6, 8])
  expect(coarse.length * 85).toBeGreaterThanOrEqual(1200)
})

test('only what is seen is asked for, however long the video', () => {
  const view = zoomView(fitView(7200, 1200), 5000, 600)
  const times = pictureTimes({ view }, 85)
  expect(times.length).toBeLessThan(30)
  expect(times[0] ?? 0).toBeGreaterThan(view.startS - 85 / view.pxPerS - 1)
})
