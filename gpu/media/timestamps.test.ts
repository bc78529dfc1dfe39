import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ticksToNs } from './matroska-stream.ts'
import { TimestampLog } from './timestamps.ts'

const line = (n: number, pts: string) =>
  `[Parsed_showinfo_3 @ 0x55] n:   ${n} pts: ${pts} pts_time:0.1 pos: 1 fmt:yuv420p`

it('collects the times a filter reports and says which lines were its own', async () => {
  const log = new TimestampLog()
  expect(log.read('[Parsed_showinfo_3 @ 0x55] config in time_base: 1/15360, frame_rate: 30/1')).toBe(true)
  expect(log.read(line(0, '     0'))).toBe(true)
  expect(log.read('[h264 @ 0x1] error while decoding MB 3 4')).toBe(false)
  const both = log.slice(0, 2)
  log.read(line(1, '  1024'))
  expect(await both).toEqual([0n, 1024n])
  expect(log.timeBase).toEqual({ num: 1, den: 15_360 })
  expect(log.durationS(30)).toBeCloseTo(1024 / 15_360 + 1 / 30)
})

it('repairs missing and repeated times so that they always grow', async () => {
  const log = new TimestampLog()
  for (const [n, pts] of ['10', 'NOPTS', '11', '9', '40'].entries()) log.read(line(n, pts))
  expect(await log.slice(0, 5)).toEqual([10n, 11n, 12n, 13n, 40n])
})

it('rejects a wait for frames that never come', async () => {
  const log = new TimestampLog()
  const wait = log.slice(0, 1)
  log.end()
  await expect(wait).rejects.toThrow(/reported 0 times/)
})

it('finds the same tick again after a trip through nanoseconds', () => {
  const clock = fc.record({ num: fc.integer({ min: 1, max: 2000 }), den: fc.integer({ min: 1, max: 1_000_000 }) })
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 40n }), clock, (ticks, { num, den }) => {
      fc.pre(num / den >= 1e-8)
      const ns = ticksToNs(ticks, { num, den })
      const back = (ns * BigInt(den) + (BigInt(num) * 1_000_000_000n) / 2n) / (BigInt(num) * 1_000_000_000n)
      expect(back).toBe(ticks)
    }),
  )
})
