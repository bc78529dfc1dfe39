import { expect, test } from 'vitest'
import { etaSeconds, SpeedMeter } from './speed-meter.ts'

test('the speed is that of the last seconds, not of the whole upload', () => {
  const meter = new SpeedMeter()
  for (let second = 0; second <= 60; second++) meter.add(second * 1000, second * 100)
  expect(meter.bytesPerSecond()).toBe(100)
  for (let second = 61; second <= 70; second++) meter.add(second * 1000, 6000 + (second - 60) * 1000)
  expect(meter.bytesPerSecond()).toBe(1000)
})

test('there is no speed before a second has passed, nor after a pause', () => {
  const meter = new SpeedMeter()
  meter.add(0, 0)
  meter.add(900, 500)
  expect(meter.bytesPerSecond()).toBeNull()
  meter.add(1000, 500)
  expect(meter.bytesPerSecond()).toBe(500)
  meter.reset()
  meter.add(90_000, 700)
  expect(meter.bytesPerSecond()).toBeNull()
})

test('a part that starts over makes the speed zero at worst, and a standstill has no end in sight', () => {
  const meter = new SpeedMeter()
  meter.add(0, 1000)
  meter.add(2000, 400)
  expect(meter.bytesPerSecond()).toBe(0)
  expect(etaSeconds(1000, 0)).toBeNull()
  expect(etaSeconds(1000, null)).toBeNull()
  expect(etaSeconds(1001, 100)).toBe(11)
})
