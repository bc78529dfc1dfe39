import { expect, it } from 'vitest'
import type { Detection } from '#lib/core/tracking/types.ts'
import { CameraFollower, reduceForCamera } from './camera-follower.ts'

/** Frames come to us at this size of a video of twice as many pixels a side. */
const [WIDTH, HEIGHT] = [640, 384]
const SOURCE = { width: 1280, height: 768 }

const ground = (x: number, y: number): number =>
  128 + 50 * Math.sin(x * 0.09 + 2 * Math.sin(y * 0.04)) + 40 * Math.sin(y * 0.1 + 1.7 * Math.sin(x * 0.035))

/** What a camera sees that has moved, with a poster of something else that is carried past it. */
function frame(pan: number, poster?: { readonly x: number; readonly width: number }): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)]
    const isPoster = poster !== undefined && x >= poster.x && x < poster.x + poster.width
    return isPoster ? ground(x - poster.x + 900, y + 700) : ground(x + pan, y)
  })
}

const look = (luma: Uint8Array) => reduceForCamera(luma, WIDTH, HEIGHT)

it('measures in pixels of the displayed frame', () => {
  const follower = new CameraFollower(SOURCE)
  expect(follower.next(look(frame(0)), [])).toBeUndefined()
  const camera = follower.next(look(frame(8)), [])
  expect(camera?.[2]).toBeCloseTo(-16, 0)
  expect(camera?.[5]).toBeCloseTo(0, 0)
})

it('does not take a crowd that walks past for the camera’s own motion', () => {
  const crowd = (x: number): Detection[] => [{ box: [2 * x, 0, 2 * (x + 420), 768], score: 0.8, className: 'person' }]
  const follower = new CameraFollower(SOURCE)
  follower.next(look(frame(0, { x: 100, width: 420 })), crowd(100))
  expect(follower.next(look(frame(0, { x: 112, width: 420 })), crowd(112))).toEqual([1, 0, 0, 0, 1, 0])
})

it('reduces upright videos as much as wide ones', () => {
  expect(reduceForCamera(new Uint8Array(720 * 1280), 720, 1280)).toMatchObject({ width: 180, height: 320 })
  expect(reduceForCamera(new Uint8Array(1280 * 720), 1280, 720)).toMatchObject({ width: 320, height: 180 })
})
