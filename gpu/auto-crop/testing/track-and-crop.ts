import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '#gpu/config.ts'
import { autoCrop } from '#gpu/tasks/auto-crop.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { trackVideo } from '#gpu/tracking/track-video.ts'
import type { CropKeyframe } from '#lib/contracts/geometry.ts'
import { AutoCropParams, AutoCropResult } from '#lib/contracts/tasks/auto-crop.ts'
import { type DetectModel, TrackParams, type TracksFile } from '#lib/contracts/tasks/track.ts'

/** Tracks a video with one detector and plans its crop, both as the tasks do; nothing is rendered. */
export async function trackAndCrop(
  input: string,
  model: DetectModel,
  weightsDir?: string,
): Promise<{ tracks: TracksFile; keyframes: CropKeyframe[] }> {
  const config = readConfig(weightsDir === undefined ? {} : { WEIGHTS_DIR: weightsDir })
  const { file: tracks } = await trackVideo(TrackParams.parse({ model }), await testContext(input, { config }))
  const tracksPath = join(await testFolder(), 'tracks.json')
  await writeFile(tracksPath, JSON.stringify(tracks))
  const { result } = await autoCrop(
    AutoCropParams.parse({ render: false }),
    await testContext(input, { config, tracksPath }),
  )
  return { tracks, keyframes: AutoCropResult.parse(result).crop_keyframes }
}
