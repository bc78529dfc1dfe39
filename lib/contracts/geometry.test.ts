import { describe, expect, it } from 'vitest'
import { CropPath, Rectangle } from './geometry.ts'

describe('a rectangle', () => {
  it('may be written with the short names of older documents', () => {
    expect(Rectangle.parse({ x: 1, y: 2.5, w: 3, h: 4 })).toEqual({ x: 1, y: 2.5, width: 3, height: 4 })
  })

  it('says each side once', () => {
    const twice = Rectangle.safeParse({ x: 0, y: 0, width: 3, w: 3, height: 4 })
    expect(twice.error?.issues[0]).toMatchObject({ code: 'unrecognized_keys', keys: ['w'] })
  })

  it.each([{ width: 0 }, { height: -1 }, { x: Number.NaN }, { y: 1e9 }])('is refused with %o', (change) => {
    expect(Rectangle.safeParse({ x: 0, y: 0, width: 3, height: 4, ...change }).success).toBe(false)
  })
})

describe('a crop path', () => {
  const at = (frame: number) => ({ frame, x: 0, y: 0, w: 9, h: 16 })

  it('takes keyframes in order', () => {
    expect(CropPath.parse([at(0), at(7)]).map(({ width }) => width)).toEqual([9, 9])
  })

  it.each([[[]], [[at(3), at(3)]], [[at(3), at(2)]], [[at(0.5)]]])('refuses %o', (path) => {
    expect(CropPath.safeParse(path).success).toBe(false)
  })
})
