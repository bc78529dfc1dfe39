import { expect, test } from 'vitest'
import { type AnalysisFrame, analysisFrame } from '#lib/core/scenes/analysis-frame.ts'
import { referenceMatch } from '#lib/core/scenes/testing/reference-match.ts'
import { compileKernel } from '#lib/local/kernel/compile-kernel.ts'
import { BlockMatcher } from './block-matcher.ts'
import { KERNEL_BASE64 } from './kernel.generated.ts'

test('the committed kernel is what its sources compile to', async () => {
  expect(Buffer.from(await compileKernel('scenes')).toString('base64')).toBe(KERNEL_BASE64)
})

/** Patches with detail at several sizes, shifted, with grain and another light. */
function frame(
  size: { width: number; height: number },
  seed: number,
  shift: readonly [number, number],
  grain: number,
): AnalysisFrame {
  const { width, height } = size
  const noise = (a: number, b: number) => {
    const hash = Math.sin(a * 12.9898 + b * 78.233 + seed * 3.7) * 43758.5453
    return hash - Math.floor(hash)
  }
  const level = (x: number, y: number, scale: number) =>
    noise(Math.floor((x + shift[0]) / scale), Math.floor((y + shift[1]) / scale))
  const luma = Uint8Array.from({ length: width * height }, (_, index) => {
    const [x, y] = [index % width, Math.floor(index / width)]
    return 16 + 120 * level(x, y, 13) + 60 * level(x, y, 5) + 20 * level(x, y, 2) + grain * noise(index, shift[0] + 0.5)
  })
  const chroma = Uint8Array.from(
    { length: 2 * Math.ceil(width / 2) * Math.ceil(height / 2) },
    (_, index) => 100 + 60 * noise(index >> 3, 7),
  )
  return analysisFrame(luma, chroma, size)
}

const SIZES = [
  { width: 96, height: 54 },
  { width: 54, height: 96 },
  { width: 96, height: 96 },
  { width: 96, height: 16 },
  { width: 16, height: 96 },
  { width: 90, height: 38 },
]
const MOVES = [
  [0, 0],
  [3, -2],
  [12, 5],
  [-24, 16],
  [41, 30],
] as const

test.each(SIZES)('pictures of $width × $height compare exactly as the reference compares them', (size) => {
  const matcher = new BlockMatcher()
  const still = frame(size, 1, [0, 0], 2)
  for (const tolerance of [
    { noise: 3, colour: 24 },
    { noise: 0.75, colour: 6 },
  ]) {
    for (const move of MOVES) {
      for (const other of [frame(size, 1, move, 4), frame(size, 2, move, 4)]) {
        expect(matcher.compare(still, other, tolerance)).toEqual(referenceMatch(still, other, tolerance))
      }
    }
  }
})

test('a picture explains itself, moved or not, and not another one', () => {
  const matcher = new BlockMatcher()
  const size = { width: 96, height: 54 }
  const compare = (a: AnalysisFrame, b: AnalysisFrame) => matcher.compare(a, b, { noise: 3, colour: 24 }).structure
  const still = frame(size, 1, [0, 0], 0)
  expect(compare(still, still)).toBe(0)
  expect(compare(still, frame(size, 1, [8, 0], 0))).toBeLessThan(0.25)
  expect(compare(still, frame(size, 2, [0, 0], 0))).toBeGreaterThan(0.4)
})

test('pictures of two sizes are not compared', () => {
  const matcher = new BlockMatcher()
  const [wide, tall] = [frame({ width: 96, height: 54 }, 1, [0, 0], 0), frame({ width: 54, height: 96 }, 1, [0, 0], 0)]
  expect(() => matcher.compare(wide, tall, { noise: 3, colour: 24 })).toThrow(RangeError)
})
