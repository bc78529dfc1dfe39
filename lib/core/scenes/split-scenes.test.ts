import { expect, test } from 'vitest'
import { splitScenes } from './split-scenes.ts'

const FRAMES = 100
/** Ten frames a second, with the given scores at the given frames. */
function scored(peaks: Readonly<Record<number, number>>) {
  return {
    scores: Array.from({ length: FRAMES }, (_, frame) => peaks[frame] ?? 0),
    times: Array.from({ length: FRAMES }, (_, frame) => frame / 10),
    endTime: FRAMES / 10,
  }
}
const starts = (frames: ReturnType<typeof scored>, threshold = 30, shortest = 0.3) =>
  splitScenes(frames, { threshold, min_scene_length: shortest }).scenes.map((scene) => scene.start_frame)

test('scenes are half-open, touch each other and cover the whole video', () => {
  const { scenes, total_scenes, avg_scene_length } = splitScenes(scored({ 30: 50, 80: 30 }), {
    threshold: 30,
    min_scene_length: 1,
  })
  expect(scenes).toEqual([
    { start_frame: 0, end_frame: 30, start_time: 0, end_time: 3 },
    { start_frame: 30, end_frame: 80, start_time: 3, end_time: 8 },
    { start_frame: 80, end_frame: 100, start_time: 8, end_time: 10 },
  ])
  expect(total_scenes).toBe(3)
  expect(avg_scene_length).toBeCloseTo(10 / 3)
})

test('a lower threshold finds at least the same scenes', () => {
  const frames = scored({ 20: 12, 50: 31, 70: 29.9 })
  expect(starts(frames, 30)).toEqual([0, 50])
  expect(starts(frames, 20)).toEqual([0, 50, 70])
  expect(starts(frames, 10)).toEqual([0, 20, 50, 70])
})

test('of cuts too close to each other the strongest stays', () => {
  expect(starts(scored({ 50: 40, 52: 90, 54: 40 }))).toEqual([0, 52])
})

test('a scene of exactly the minimum length is kept, a frame less is not', () => {
  expect(starts(scored({ 3: 50, 97: 50 }))).toEqual([0, 3, 97])
  expect(starts(scored({ 2: 50, 98: 50 }))).toEqual([0])
})

test('times decide, not frame counts, when the rate varies', () => {
  const times = [0, 0.1, 0.2, 2, 4, 4.1, 4.2]
  const scores = [0, 0, 0, 80, 0, 80, 0]
  const { scenes } = splitScenes({ scores, times, endTime: 4.3 }, { threshold: 30, min_scene_length: 0.5 })
  expect(scenes.map(({ start_time, end_time }) => [start_time, end_time])).toEqual([
    [0, 2],
    [2, 4.3],
  ])
})

test('a video of one frame is one scene', () => {
  const { scenes } = splitScenes({ scores: [0], times: [0], endTime: 0.04 }, { threshold: 30, min_scene_length: 1 })
  expect(scenes).toEqual([{ start_frame: 0, end_frame: 1, start_time: 0, end_time: 0.04 }])
})
