import { describe, expect, it } from 'vitest'
import { autoCropSize, proxySize, renderedSize } from './rendered-size.ts'

const source = { width: 1920, height: 1080 }
const crop = { x: 0, y: 0, width: 607.5, height: 1080 }

describe('a render', () => {
  it('keeps the source’s size when nothing is said, made even', () => {
    expect(renderedSize({}, source)).toEqual(source)
    expect(renderedSize({}, { width: 641, height: 359 })).toEqual({ width: 642, height: 360 })
  })

  it('has the largest crop’s size, or the one that is asked for', () => {
    const path = [
      { frame: 0, ...crop },
      { frame: 9, x: 0, y: 0, width: 304, height: 540 },
    ]
    expect(renderedSize({ crop_keyframes: path }, source)).toEqual({ width: 608, height: 1080 })
    expect(renderedSize({ crop, output_width: 1080, output_height: 1920 }, source)).toEqual({
      width: 1080,
      height: 1920,
    })
  })

  it('completes a side by the shape of what is shown', () => {
    expect(renderedSize({ output_height: 720 }, source)).toEqual({ width: 1280, height: 720 })
    expect(renderedSize({ crop, output_width: 540 }, source)).toEqual({ width: 540, height: 960 })
  })

  it('is multiplied by upscaling and bounded by max_height', () => {
    expect(renderedSize({ upscale: true, upscale_scale: 4 }, source)).toEqual({ width: 7680, height: 4320 })
    expect(renderedSize({ upscale: true, upscale_scale: 4, max_height: 2160 }, source)).toEqual({
      width: 3840,
      height: 2160,
    })
  })

  it('never counts what a crop has outside the frame', () => {
    expect(renderedSize({ crop: { x: -50, y: -50, width: 5000, height: 5000 } }, source)).toEqual(source)
  })
})

it.each([
  ['9:16', 1080, 1920],
  ['1:1', 1080, 1080],
  ['4:5', 1080, 1350],
  ['16:9', 1920, 1080],
  ['21:9', 1920, 822],
  ['1:3', 640, 1920],
])('auto-crop makes %s as %ix%i', (target_aspect, width, height) => {
  expect(autoCropSize({ target_aspect })).toEqual({ width, height })
})

it.each([
  [
    { width: 3840, height: 2160 },
    { width: 1920, height: 1080 },
  ],
  [
    { width: 2160, height: 3840 },
    { width: 1080, height: 1920 },
  ],
  [
    { width: 641, height: 359 },
    { width: 642, height: 360 },
  ],
])('the proxy of %o is %o', (size, proxy) => {
  expect(proxySize(size)).toEqual(proxy)
})
