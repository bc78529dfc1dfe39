import { expect, test } from 'vitest'
import { type AnalysisFrame, analysisFrame } from './analysis-frame.ts'
import { scoreFrames } from './score-frames.ts'
import { ChangeWatcher } from './watch-changes.ts'

const SIZE = { width: 96, height: 54 }
const FPS = 25
type Draw = (x: number, y: number) => number

/** Random patches of several sizes, as detail in pictures has: another seed is another picture, another offset the same picture moved. */
function picture(seed: number, offset = 0): Draw {
  const patch = (x: number, y: number, size: number) => {
    const hash = Math.sin(Math.floor(x / size) * 12.9898 + Math.floor(y / size) * 78.233 + seed * size) * 43758.5453
    return hash - Math.floor(hash) - 0.5
  }
  return (x, y) => 126 + 90 * patch(x + offset, y, 17) + 60 * patch(x + offset, y, 7) + 30 * patch(x + offset, y, 3)
}

function frame(draw: Draw, chroma = 128): AnalysisFrame {
  const luma = Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, index) =>
    Math.max(16, Math.min(235, draw(index % SIZE.width, Math.floor(index / SIZE.width)))),
  )
  return analysisFrame(luma, new Uint8Array(luma.length / 2).fill(chroma), SIZE)
}

function scores(frames: readonly AnalysisFrame[], detector: 'content' | 'adaptive' = 'adaptive'): number[] {
  const watcher = new ChangeWatcher(FPS)
  for (const entry of frames) watcher.push(entry)
  return scoreFrames(watcher.finish(), FPS, detector)
}
const cuts = (frames: readonly AnalysisFrame[], detector: 'content' | 'adaptive' = 'adaptive') =>
  scores(frames, detector).flatMap((score, index) => (score >= 30 ? [index] : []))
const repeat = (count: number, draw: (index: number) => Draw) =>
  Array.from({ length: count }, (_, index) => frame(draw(index)))
const [first, second] = [picture(1.3), picture(2.9)]

test.each(['content', 'adaptive'] as const)('%s: another picture is a cut, exactly where it begins', (detector) => {
  expect(cuts([...repeat(20, () => first), ...repeat(20, () => second)], detector)).toEqual([20])
})

test('a pan of an eighth of the picture per frame is no cut', () => {
  expect(cuts(repeat(40, (index) => picture(1.3, index * 12)))).toEqual([])
})

test('flashes are no cuts, however bright, and hide none that follows', () => {
  const bright: Draw = (x, y) => first(x, y) * 1.7 + 60
  const shot = [...repeat(12, () => first), ...repeat(3, () => bright), ...repeat(12, () => first)]
  expect(cuts([...shot, ...repeat(20, () => second)])).toEqual([27])
})

test('light that goes down for good is no cut', () => {
  const dim: Draw = (x, y) => 16 + (first(x, y) - 16) * 0.4
  expect(cuts([...repeat(20, () => first), ...repeat(20, () => dim)])).toEqual([])
})

test('a graphic over a third of the picture is no cut, coming or going', () => {
  const covered: Draw = (x, y) => (y > 36 ? (x % 9 < 3 ? 220 : 30) : first(x, y))
  expect(cuts([...repeat(15, () => first), ...repeat(15, () => covered), ...repeat(15, () => first)])).toEqual([])
})

test('plain colours of equal brightness are told apart', () => {
  const plain: Draw = () => 110
  const clips = [90, 160].flatMap((chroma) => Array.from({ length: 15 }, () => frame(plain, chroma)))
  expect(cuts(clips)).toEqual([15])
})

test.each([
  ['black', 16],
  ['white', 235],
] as const)('a fade through %s counts once, in the middle', (_, level) => {
  const faded =
    (draw: Draw, share: number): Draw =>
    (x, y) =>
      draw(x, y) * share + level * (1 - share)
  const frames = [
    ...repeat(20, () => first),
    ...repeat(9, (index) => faded(first, 1 - (index + 1) / 10)),
    ...repeat(5, () => () => level),
    ...repeat(9, (index) => faded(second, (index + 1) / 10)),
    ...repeat(20, () => second),
  ]
  const [middle, ...others] = cuts(frames)
  expect(others).toEqual([])
  expect(Math.abs((middle ?? 0) - 31)).toBeLessThanOrEqual(1)
})

test('glare that turns everything white and goes again is no cut', () => {
  const glare =
    (share: number): Draw =>
    (x, y) =>
      first(x, y) * (1 - share) + 235 * share
  const frames = [
    ...repeat(20, () => first),
    ...repeat(9, (index) => glare((index + 1) / 10)),
    ...repeat(12, () => glare(1)),
    ...repeat(9, (index) => glare(1 - (index + 1) / 10)),
    ...repeat(20, () => first),
  ]
  expect(cuts(frames)).toEqual([])
})

test('a video that begins and ends black has no cuts there when it fades', () => {
  const faded =
    (share: number): Draw =>
    (x, y) =>
      16 + (first(x, y) - 16) * share
  const ramp = repeat(9, (index) => faded((index + 1) / 10))
  expect(
    cuts([
      ...repeat(10, () => faded(0)),
      ...ramp,
      ...repeat(20, () => first),
      ...ramp.toReversed(),
      ...repeat(10, () => faded(0)),
    ]),
  ).toEqual([])
})

test('a shot of black between cuts is a shot', () => {
  const black = repeat(20, () => () => 16)
  expect(cuts([...repeat(20, () => first), ...black, ...repeat(20, () => second)])).toEqual([20, 40])
})

test('a dissolve stays below the default threshold', () => {
  const mixed =
    (share: number): Draw =>
    (x, y) =>
      first(x, y) * (1 - share) + second(x, y) * share
  expect(
    cuts([...repeat(20, () => first), ...repeat(11, (index) => mixed((index + 1) / 12)), ...repeat(20, () => second)]),
  ).toEqual([])
})
