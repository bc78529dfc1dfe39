import { expect, test } from 'vitest'
import { evenClock } from '#lib/core/project/frame-clock.ts'
import { newProject } from '#lib/core/project/new-project.ts'
import { hitTest } from './hit-test.ts'
import { placeLanes } from './lanes.ts'
import { fitView } from './timeline-view.ts'

const clip = (id: string, start_time: number, end_time: number) => ({ id, start_time, end_time, label: '', kept: true })
const document = { ...newProject('ast_1'), clips: [clip('a', 1, 4), clip('b', 3, 6), clip('tiny', 8, 8.04)] }
/** 100 pixels a second. */
const view = fitView(10, 1000)
const clock = evenClock(25, 10)
const lanes = placeLanes(document)
const clipsY = lanes.filter(({ id }) => id === 'clips').map(({ top }) => top + 10)[0] ?? 0
const hit = (x: number, selected: string[] = [], pointer = 'mouse', y = clipsY) => {
  const found = hitTest({ x, y, pointer }, lanes, view, document, selected, clock)
  return !('clip' in found) ? 'time' : `${found.clip.id} ${found.kind === 'edge' ? found.edge : 'body'}`
}

test('bodies, edges and nothing are told apart', () => {
  expect([hit(200), hit(101), hit(598), hit(50), hit(700)]).toEqual(['a body', 'a start', 'b end', 'time', 'time'])
  expect(hit(200, [], 'mouse', 5)).toBe('time')
})

test('where clips overlap the upper one counts, and the selected one is on top', () => {
  expect(hit(350)).toBe('b body')
  expect(hit(350, ['a'])).toBe('a body')
  expect(hit(398, ['a'])).toBe('a end')
})

test('both edges of a clip a few pixels wide can be had, and a finger reaches further', () => {
  expect([hit(797), hit(806)]).toEqual(['tiny start', 'tiny end'])
  expect([hit(785), hit(785, [], 'touch')]).toEqual(['time', 'tiny start'])
})

test('a lane without anything in it takes no room', () => {
  const keyframe = { frame: 0, x: 0, y: 0, width: 9, height: 16, source: 'manual' as const }
  const cropped = { ...document, crop: { ...document.crop, keyframes: [keyframe] } }
  expect(placeLanes(document).map(({ id }) => id)).toEqual(['ruler', 'pictures', 'sound', 'clips'])
  expect(placeLanes(cropped).at(-1)?.id).toBe('keyframes')
})

test('the nearest keyframe is had within reach, on its lane only', () => {
  const keyframe = (frame: number) => ({ frame, x: 0, y: 0, width: 9, height: 16, source: 'auto' as const })
  const cropped = { ...document, crop: { ...document.crop, keyframes: [keyframe(0), keyframe(50), keyframe(53)] } }
  const placed = placeLanes(cropped)
  const y = (placed.at(-1)?.top ?? 0) + 10
  const frameAt = (x: number, pointer = 'mouse', top = y) => {
    const found = hitTest({ x, y: top, pointer }, placed, view, cropped, [], clock)
    return found.kind === 'keyframe' ? found.keyframe.frame : null
  }
  // Four pixels a frame: 50 is at 200, 53 at 212.
  expect([frameAt(199), frameAt(205), frameAt(207), frameAt(230), frameAt(100)]).toEqual([50, 50, 53, null, null])
  expect([frameAt(225, 'touch'), frameAt(3), frameAt(200, 'mouse', 5)]).toEqual([53, 0, null])
})
