import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { expect, test } from 'vitest'
import { detectScenes } from '#gpu/tasks/detect-scenes.ts'
import { ffmpeg, frameTimes, shared } from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { DetectScenesParams, ScenesFile } from '#lib/contracts/tasks/detect-scenes.ts'
import { splitScenes } from '#lib/core/scenes/split-scenes.ts'

const SHORT = { min_scene_length: 0.3 }
/** Three pictures that have nothing in common, 21, 30 and 24 frames of 25 a second. */
const SHOTS = [
  ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=0.84'],
  ...['-f', 'lavfi', '-i', 'mandelbrot=s=320x180:r=25,trim=duration=1.2'],
  ...['-f', 'lavfi', '-i', 'gradients=s=320x180:r=25:d=0.96:seed=4:speed=0.01'],
]
const JOIN = ['-filter_complex', '[0][1][2]concat=n=3,format=yuv420p']
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast']

async function clip(name: string, ...args: string[]): Promise<string> {
  const path = join(await testFolder(), name)
  await ffmpeg(...args, path)
  return path
}

async function scenesOf(path: string, params: Partial<DetectScenesParams> = SHORT) {
  const context = await testContext(path)
  const { files, result, stats } = await detectScenes(DetectScenesParams.parse(params), context)
  const text = (await promisify(gunzip)(await readFile(files.result ?? ''))).toString()
  const file = ScenesFile.parse(JSON.parse(text))
  return { file, result, stats, starts: file.scenes.map((scene) => scene.start_frame) }
}

test.each([
  ['key frames at the cuts', X264],
  // The cuts are then somewhere among frames that are at first left out.
  [
    'key frames far from the cuts',
    [...X264, '-sc_threshold', '0', '-g', '250', '-bf', '3', '-b_strategy', '0', '-bf', '3'],
  ],
  ['no frames left out', ['-c:v', 'mpeg4', '-q:v', '3']],
  ['HEVC', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:bframes=4:scenecut=0']],
])('cuts are found to the frame: %s', async (_, codec) => {
  const path = await clip('shots.mp4', ...SHOTS, ...JOIN, ...codec)
  const { starts, stats, file } = await scenesOf(path)
  expect(starts).toEqual([0, 21, 51])
  expect(stats.frames_in).toBe(75)
  expect(file.scores).toHaveLength(75)
})

test('times are the presentation times, also when frames come unevenly', async () => {
  const uneven = ['-filter_complex', "[0][1][2]concat=n=3,format=yuv420p,select='mod(n,5)-3'", '-fps_mode', 'vfr']
  const path = await clip('uneven.mp4', ...SHOTS, ...uneven, ...X264)
  const { file } = await scenesOf(path)
  const times = await frameTimes(path)
  expect(file.times.map((time, frame) => Math.abs(time - (times[frame] ?? Number.NaN)) < 1e-5)).toEqual(
    times.map(() => true),
  )
  expect(file.scenes.map((scene) => scene.start_time)).toEqual(
    file.scenes.map((scene) => file.times[scene.start_frame]),
  )
  expect(file.scenes.slice(1).map((scene) => scene.start_time)).toEqual([
    expect.closeTo(0.84, 2),
    expect.closeTo(2.04, 2),
  ])
})

test('the file holds all a slider needs: the same scenes again, and more under a lower threshold', async () => {
  const { file, result } = await scenesOf(await clip('shots.mp4', ...SHOTS, ...JOIN, ...X264), {
    ...SHORT,
    threshold: 40,
  })
  const frames = { scores: file.scores, times: file.times, endTime: file.scenes.at(-1)?.end_time ?? 0 }
  expect(splitScenes(frames, { threshold: 40, ...SHORT })).toEqual(result)
  expect(splitScenes(frames, { threshold: 1, ...SHORT }).total_scenes).toBeGreaterThanOrEqual(file.total_scenes)
})

const REAL: [string, number[]][] = [
  ['scenes/skv_bikes.mp4', [30, 76, 137, 187, 242]],
  ['scenes/psd_fades.mp4', [84, 167]],
  ['scenes/psd_counter.mp4', [10, 20]],
  ['sports/portrait_sample_football.mp4', [23]],
  // Graphics that come and go over a dissolve, a fast pan, handheld cameras.
  ['sports/zak_soccer.mp4', []],
  ['sports/louise_soccer.mp4', []],
  ['sports/louise_voley.mp4', []],
  ['sports/mafeuz_football.mp4', []],
]
const CLIPS = shared('data/video')
test.skipIf(CLIPS === undefined).each(REAL)('real footage: %s', async (name, cuts) => {
  const { starts } = await scenesOf(join(CLIPS ?? '', name))
  const distances = cuts.map((cut) => Math.min(...starts.map((start) => Math.abs(start - cut))))
  expect(starts).toHaveLength(cuts.length + 1)
  expect(Math.max(0, ...distances)).toBeLessThanOrEqual(1)
})
