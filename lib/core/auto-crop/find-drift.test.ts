import { expect, it } from 'vitest'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { readDrift } from './find-drift.ts'
import { gridOf } from './shots.ts'

const FRAMES = 60
const TIMES = Float64Array.from({ length: FRAMES }, (_, frame) => frame / 30)
const SHOT = { startFrame: 0, endFrame: FRAMES }
const GRID = gridOf(TIMES, SHOT)

const filed = (camera: TracksFile['camera']): TracksFile => ({
  ...{ width: 640, height: 360, fps: 30, frames: FRAMES, tracks: [], unique_tracks: 0, moments: [] },
  ...{ model: 'motion', motion_only: true, camera },
})

it('reads a pan as pixels per second at any frame rate, whatever the first frame does not know', () => {
  const shifts = Array.from({ length: FRAMES }, (_, frame): [number, number] | null => (frame === 0 ? null : [-3, 0.5]))
  const drift = readDrift(filed(shifts), TIMES, SHOT, GRID)
  expect(drift?.isMeasured).toBe(true)
  for (const speed of drift?.x ?? []) expect(speed).toBeCloseTo(-90, 6)
  for (const speed of drift?.y ?? []) expect(speed).toBeCloseTo(15, 6)
})

it('knows nothing of files that do not tell, or hardly', () => {
  expect(readDrift(filed(undefined), TIMES, SHOT, GRID)).toBeUndefined()
  const shifts = Array.from({ length: FRAMES }, (_, frame): [number, number] | null =>
    frame % 2 === 0 ? null : [1, 0],
  )
  expect(readDrift(filed(shifts), TIMES, SHOT, GRID)).toBeUndefined()
})
