import { expect, it } from 'vitest'
import { testFolder } from '#gpu/testing/task-context.ts'
import { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import { TracksFile } from '#lib/contracts/tasks/track.ts'
import { measureCamera } from '#lib/local/sample/measure-camera.ts'
import { filmScenario } from '#lib/local/sample/scenarios.ts'
import { writeFilmed } from '#lib/local/sample/write-filmed.ts'
import { trackAndCrop } from './testing/track-and-crop.ts'

const SMALL = { widthPx: 640, heightPx: 360, framesPerSecond: 25 }

it('keeps the ball of a drawn match in frame from its pixels alone, without a network', async () => {
  const match = filmScenario('open_play', { ...SMALL, seed: 3, durationS: 4 })
  const input = `${await testFolder()}/match.mp4`
  await writeFilmed(match, input)
  const { tracks, keyframes } = await trackAndCrop(input, 'motion')
  const { ball, carrier } = measureCamera(match, tracks, keyframes, AutoCropParams.parse({}).max_pan_speed)
  expect(ball).toBeGreaterThanOrEqual(0.95)
  expect(carrier).toBeGreaterThanOrEqual(0.95)
  expect(TracksFile.parse(tracks).camera).toHaveLength(tracks.frames)
})
