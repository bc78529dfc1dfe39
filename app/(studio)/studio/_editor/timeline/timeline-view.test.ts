import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evenClock } from '#lib/core/project/frame-clock.ts'
import { nearestEdge, snapTime } from './snap-time.ts'
import {
  fitView,
  followTime,
  resizeView,
  scrollView,
  type TimelineView,
  timeAt,
  xOf,
  zoomView,
} from './timeline-view.ts'

const views = fc
  .record({
    durationS: fc.double({ min: 0.2, max: 7200, noNaN: true }),
    widthPx: fc.integer({ min: 200, max: 4000 }),
    zoom: fc.double({ min: 1, max: 500, noNaN: true }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ durationS, widthPx, zoom, at }) => zoomView(fitView(durationS, widthPx), zoom, at * widthPx))

function expectInside(view: TimelineView): void {
  expect(view.startS).toBeGreaterThanOrEqual(0)
  const endS = view.startS + view.widthPx / view.pxPerS
  expect(endS).toBeLessThanOrEqual(Math.max(view.durationS, view.widthPx / view.pxPerS) * (1 + 1e-9))
}

test('property: whatever is zoomed and scrolled, the view stays within the video', () => {
  fc.assert(
    fc.property(
      views,
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      fc.integer({ min: -5000, max: 5000 }),
      (view, factor, px) => {
        expectInside(zoomView(view, factor, view.widthPx / 3))
        expectInside(scrollView(view, px))
        expectInside(resizeView(view, 777, view.durationS))
      },
    ),
  )
})

test('zooming keeps what is under the pointer there', () => {
  const view = zoomView(fitView(600, 1000), 20, 400)
  for (const x of [10, 400, 900]) {
    const before = timeAt(view, x)
    expect(timeAt(zoomView(view, 1.5, x), x)).toBeCloseTo(before, 9)
  }
})

test('a view of the whole stays one when the window changes', () => {
  expect(resizeView(fitView(100, 1000), 500, 100)).toEqual(fitView(100, 500))
  const close = zoomView(fitView(100, 1000), 10, 0)
  expect(resizeView(close, 500, 100).pxPerS).toBe(close.pxPerS)
})

test('playing turns the page when the picture leaves it', () => {
  const view = zoomView(fitView(100, 1000), 10, 0)
  expect(followTime(view, 9.9)).toBe(view)
  const turned = followTime(view, 10.5)
  expect(xOf(turned, 10.5)).toBeCloseTo(100)
})

test('edges snap to what is near, else to the frames', () => {
  const clock = evenClock(25, 10)
  expect(nearestEdge(clock, 1.019)).toBeCloseTo(1)
  expect(nearestEdge(clock, 1.03)).toBeCloseTo(1.04)
  expect(snapTime(clock, 1.03, [2, 1.05], 100)).toEqual({ timeS: 1.05, snapped: true })
  expect(snapTime(clock, 1.03, [2, 1.5], 100)).toEqual({ timeS: 1.04, snapped: false })
  expect(nearestEdge(clock, 99)).toBe(10)
})
