import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Clip } from '#lib/contracts/tasks/render.ts'
import { audioRanges, clipChapters, mapClips, outputFrames, type SourceTimes, tickSeconds } from './time-map.ts'

const NTSC = { num: 1, den: 30_000 }

function constantRate(frames: number, ticksPerFrame: number, first = 0n): SourceTimes {
  const ticks = Array.from({ length: frames }, (_, frame) => first + BigInt(frame * ticksPerFrame))
  return { ticks, timeBase: NTSC }
}

function clip(start_time: number, end_time: number, label = 'Goal'): Clip {
  return { start_time, end_time, label }
}

test('a clip shows the frames with start ≤ t < end', () => {
  const times = constantRate(300, 1001)
  const [mapped] = mapClips(times, [clip(1, 2)])
  // 29.97 frames a second: frame 30 is at 1.001 s, frame 59 at 1.969, frame 60 at 2.002.
  expect(mapped).toMatchObject({ startFrame: 30, endFrame: 60, startTick: 30_030n, endTick: 60_060n, outputTick: 0n })
})

test('a time that equals a frame’s, but for rounding noise, means that frame', () => {
  const times = constantRate(300, 1001)
  for (const frame of [1, 7, 29, 100]) {
    const seconds = tickSeconds(times, times.ticks[frame] ?? 0n)
    expect(mapClips(times, [clip(seconds + 2e-10, seconds + 1)])[0]?.startFrame).toBe(frame)
    expect(mapClips(times, [clip(0, seconds - 2e-10)])[0]?.endFrame).toBe(frame)
  }
})

test('times count from the origin, which transport streams do not start at zero', () => {
  const times = { ...constantRate(100, 1000, 42_000n), originS: 1.4 }
  expect(mapClips(times, [clip(0, 1)])[0]).toMatchObject({ startFrame: 0, endFrame: 30, startTick: 42_000n })
  expect(audioRanges(times, mapClips(times, [clip(0.5, 1)]), 48_000)).toEqual([
    { startSample: 24_000, endSample: 48_000 },
  ])
})

test('clips are shown in their order, may overlap, and follow each other without a gap', () => {
  const times = constantRate(300, 1000)
  const clips = mapClips(times, [clip(5, 6, 'Later'), clip(0, 2, 'Earlier'), clip(1, 2, 'Again')])
  expect(clips.map(({ outputTick }) => outputTick)).toEqual([0n, 30_000n, 90_000n])
  expect(clipChapters(clips)).toEqual([
    { title: 'Later', startTick: 0n, endTick: 30_000n },
    { title: 'Earlier', startTick: 30_000n, endTick: 90_000n },
    { title: 'Again', startTick: 90_000n, endTick: 120_000n },
  ])
  const shown = [...outputFrames(times, clips)]
  expect(shown.map(({ sourceFrame }) => sourceFrame).slice(28, 34)).toEqual([178, 179, 0, 1, 2, 3])
  expect(shown.map(({ tick }) => tick)).toEqual(Array.from({ length: 120 }, (_, index) => BigInt(index * 1000)))
})

test('the last frame lasts as long as the one before it, or until the stated end', () => {
  expect(mapClips(constantRate(10, 1000), [clip(0, 9)])[0]?.endTick).toBe(10_000n)
  expect(mapClips({ ...constantRate(10, 1000), endTick: 12_345n }, [clip(0, 9)])[0]?.endTick).toBe(12_345n)
})

test('a single frame without a stated end lasts as long as frames usually do', () => {
  const times = { ...constantRate(1, 1000), frameTicks: 1001n }
  expect(mapClips(times, [clip(0, 1)])[0]).toMatchObject({ startTick: 0n, endTick: 1001n })
  expect(mapClips({ ...times, endTick: 500n }, [clip(0, 1)])[0]?.endTick).toBe(500n)
})

test('a clip that shows no frame is refused by name', () => {
  const times = constantRate(30, 1000)
  const refused = { code: 'invalid_request', field: 'clips.1', message: expect.stringContaining('“Offside”') }
  for (const empty of [clip(5, 6, 'Offside'), clip(0.001, 0.002, 'Offside')])
    expect(() => mapClips(times, [clip(0, 1), empty])).toThrow(expect.objectContaining(refused))
})

const variableRate = fc
  .array(fc.integer({ min: 1, max: 5000 }), { minLength: 2, maxLength: 200 })
  .map((gaps): SourceTimes => {
    let tick = 0n
    return { ticks: gaps.map((gap) => (tick += BigInt(gap))), timeBase: NTSC }
  })

/** Clips between the times of two frames, so that each shows at least one. */
const videos = fc
  .tuple(variableRate, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 }))
  .map(([times, pairs]) => {
    const secondsOf = (frame: number) => tickSeconds(times, times.ticks[frame] ?? 0n)
    const clips = pairs.map(([a, b]) => {
      const [i, j] = [a % times.ticks.length, b % times.ticks.length].toSorted((x, y) => x - y) as [number, number]
      return clip(secondsOf(i), i === j ? secondsOf(i) + 1e-5 : secondsOf(j))
    })
    return { times, clips }
  })

test('property: of variable frame rates every distance inside a clip is kept to the tick', () => {
  fc.assert(
    fc.property(videos, ({ times, clips }) => {
      const mapped = mapClips(times, clips)
      let end = 0n
      for (const frame of outputFrames(times, mapped)) {
        expect(frame.tick).toBe(end)
        end = frame.tick + frame.durationTicks
        const next = times.ticks[frame.sourceFrame + 1]
        if (next !== undefined) expect(frame.durationTicks).toBe(next - (times.ticks[frame.sourceFrame] ?? 0n))
      }
      expect(end).toBe(clipChapters(mapped).at(-1)?.endTick)
    }),
  )
})

test('property: each clip shows exactly the frames whose time it covers', () => {
  fc.assert(
    fc.property(videos, ({ times, clips }) => {
      for (const { clip, startFrame, endFrame } of mapClips(times, clips))
        for (const [frame, tick] of times.ticks.entries()) {
          const seconds = tickSeconds(times, tick)
          const covered = clip.start_time - 1e-6 <= seconds && seconds < clip.end_time - 1e-6
          expect(frame >= startFrame && frame < endFrame).toBe(covered)
        }
    }),
  )
})

test('property: a reel’s sound is as long as its picture to a sample, after any number of clips', () => {
  fc.assert(
    fc.property(videos, fc.constantFrom(44_100, 48_000), ({ times, clips }, rate) => {
      const mapped = mapClips(times, clips)
      const ranges = audioRanges(times, mapped, rate)
      const samples = ranges.reduce((sum, { startSample, endSample }) => sum + endSample - startSample, 0)
      const picture = tickSeconds(times, clipChapters(mapped).at(-1)?.endTick ?? 0n) * rate
      expect(Math.abs(samples - picture)).toBeLessThanOrEqual(0.5 + 1e-6)
      for (const [index, { startSample }] of ranges.entries())
        expect(Math.abs(startSample - tickSeconds(times, mapped[index]?.startTick ?? 0n) * rate)).toBeLessThanOrEqual(
          0.5 + 1e-6,
        )
    }),
  )
})
