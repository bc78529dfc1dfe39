import { expect, it } from 'vitest'
import { roundTracks } from './round-tracks.ts'

it('keeps a hundredth of a pixel and a thousandth of confidence', () => {
  const frames = [
    { frame: 7, bbox: [1 / 3, -2 / 3, 1919.996, 12] as [number, number, number, number], confidence: 2 / 3 },
  ]
  expect(roundTracks([{ track_id: 3, class: 'person', frames }])).toEqual([
    { track_id: 3, class: 'person', frames: [{ frame: 7, bbox: [0.33, -0.67, 1920, 12], confidence: 0.667 }] },
  ])
})

it('keeps a box of a long match within eighty characters', () => {
  const frames = [
    {
      frame: 179_999,
      bbox: [1280.1 / 3, 719.3 / 7, 1919.7 / 1.1, 1079.9 / 1.3] as [number, number, number, number],
      confidence: 0.9 / 1.1,
    },
  ]
  expect(JSON.stringify(roundTracks([{ track_id: 1, class: 'person', frames }])[0]?.frames[0]).length).toBeLessThan(80)
})
