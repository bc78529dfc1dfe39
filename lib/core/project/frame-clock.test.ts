import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evenClock, frameClock, seekTime } from './frame-clock.ts'

test('with a variable rate every frame has its own time', () => {
  const clock = frameClock(Float64Array.of(0, 0.1, 0.15, 0.9), 1)
  expect([0, 0.05, 0.1, 0.14, 0.15, 0.5, 0.9, 5, -1].map(clock.frameAt)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 0])
  expect([0, 3, 4, 9].map(clock.timeOf)).toEqual([0, 0.9, 1, 1])
})

test('a reported time a rounding error before a frame’s start means that frame', () => {
  const clock = frameClock(
    Float64Array.from({ length: 100 }, (_, i) => (i * 1001) / 30_000),
    3.34,
  )
  for (let frame = 0; frame < 100; frame += 1) {
    const rounded = Math.floor(clock.timeOf(frame) * 1e6) / 1e6
    expect(clock.frameAt(rounded)).toBe(frame)
  }
})

test('property: seeking to a frame shows that frame', () => {
  const gaps = fc.array(fc.double({ min: 0.001, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(gaps, (list) => {
      let time = 0
      const times = Float64Array.from(list, (gap) => (time += gap))
      const clock = frameClock(times, time + 0.04)
      for (let frame = 0; frame < times.length; frame += 1) expect(clock.frameAt(seekTime(clock, frame))).toBe(frame)
    }),
  )
})

test('until the times are known, an even rate stands in and says so', () => {
  const clock = evenClock(25, 2)
  expect([clock.exact, clock.frames, clock.timeOf(10), clock.frameAt(0.4), clock.frameAt(9)]).toEqual([
    false,
    50,
    0.4,
    10,
    49,
  ])
})
