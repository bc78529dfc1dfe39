import { expect, test } from 'vitest'
import { snapCrop } from './snap-crop.ts'

const source = { width: 1920, height: 1080 }
const crop = { x: 0, y: 0, width: 300, height: 533 }
const centred = (x: number, y: number) => ({ ...crop, x: x - crop.width / 2, y: y - crop.height / 2 })

test('near the middle or a third a crop snaps there, and says where', () => {
  const snapped = snapCrop(centred(955, 350), source, 12)
  expect(snapped.guides).toEqual({ x: 960, y: 360 })
  expect(snapped.crop.x + crop.width / 2).toBeCloseTo(960)
  expect(snapped.crop.y + crop.height / 2).toBeCloseTo(360)
  expect(snapCrop(centred(1286, 600), source, 12).guides).toEqual({ x: 1280, y: null })
})

test('elsewhere, or without reach, it stays where it is', () => {
  const free = centred(800, 610)
  expect(snapCrop(free, source, 12)).toEqual({ crop: free, guides: { x: null, y: null } })
  expect(snapCrop(centred(955, 450), source, 0).guides).toEqual({ x: null, y: null })
})

test('a crop as high as the picture shows no line it cannot leave', () => {
  const tall = { x: 656, y: 0, width: 607.5, height: 1080 }
  expect(snapCrop(tall, source, 12)).toMatchObject({ crop: { x: 656.25, y: 0 }, guides: { x: 960, y: null } })
})
