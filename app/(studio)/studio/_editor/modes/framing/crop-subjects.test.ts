import { expect, test } from 'vitest'
import { cropSubjects, subjectOf } from './crop-subjects.ts'

const track = (track_id: number, boxes: number, name = 'person') => ({
  track_id,
  class: name,
  start_frame: 0,
  end_frame: boxes,
  boxes,
})
const piece = (track_id: number, start_frame: number, end_frame: number) => ({ track_id, start_frame, end_frame })

test('without tracks there is the action and the ball', () => {
  expect(cropSubjects(null, [], 25).map(({ value }) => value)).toEqual(['auto', 'ball'])
})

test('players with a name come first, then those that are seen longest; nobody twice, and no ball among them', () => {
  const tracks = { tracks: [track(1, 50), track(2, 250), track(3, 100), track(4, 75), track(9, 300, 'sports ball')] }
  const mia = { id: 1, name: 'Mia', pieces: [piece(1, 0, 20), piece(3, 20, 90)] }
  const gone = { id: 12, name: 'Of older tracks', pieces: [piece(12, 0, 9)] }
  expect(cropSubjects(tracks, [mia, gone], 25).slice(2)).toEqual([
    { value: '3', label: 'Mia' },
    { value: '2', label: 'Player 2, seen for 10 s' },
    { value: '4', label: 'Player 4, seen for 3 s' },
  ])
})

test('what is chosen is what the task takes', () => {
  expect(['auto', 'ball', '17'].map(subjectOf)).toEqual(['auto', 'ball', 17])
})
