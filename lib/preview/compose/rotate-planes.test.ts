import { expect, test } from 'vitest'
import { type Rotation, rotatePlanes } from './rotate-planes.ts'

/** 3 × 2 luma, 2 × 1 chroma. */
const SIZE = { width: 3, height: 2 }
const PICTURE = Uint8Array.from([1, 2, 3, 4, 5, 6, 10, 11, 20, 21])

function turn(rotation: Rotation): number[] {
  const to = new Uint8Array(PICTURE.length)
  rotatePlanes(PICTURE, SIZE, rotation, to)
  return [...to]
}

test.each([
  [0, [1, 2, 3, 4, 5, 6, 10, 11, 20, 21]],
  [90, [4, 1, 5, 2, 6, 3, 10, 11, 20, 21]],
  [180, [6, 5, 4, 3, 2, 1, 11, 10, 21, 20]],
  [270, [3, 6, 2, 5, 1, 4, 11, 10, 21, 20]],
] as const)('turned clockwise by %i°, every plane is', (rotation, expected) => {
  expect(turn(rotation)).toEqual(expected)
})
