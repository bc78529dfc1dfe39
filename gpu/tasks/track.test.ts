import { readdir, readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readConfig } from '#gpu/config.ts'
import { overlap } from '#gpu/detect/suppress.ts'
import { ffmpeg, SHARED_DIR, shared, X264 } from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { TrackParams as Params, type TrackParams, TrackResult, TracksFile } from '#lib/contracts/tasks/track.ts'
import type { TaskContext, TaskProgress } from './task-handler.ts'
import { track } from './track.ts'

const FPS = 10

/** A still picture, across which a white runner of 24×64 goes at 60 pixels/s from (40, 90), and back from the right a ball of 8×8. */
async function runnerClip(seconds: number): Promise<string> {
  const path = `${await testFolder()}/runner.mp4`
  await ffmpeg(
    ...['-f', 'lavfi', '-i', `testsrc2=s=480x270:r=${FPS}:d=0.1,loop=-1:1,setpts=N/${FPS}/TB,eq=contrast=0.4`],
    ...['-f', 'lavfi', '-i', `color=white:s=24x64:r=${FPS}`, '-f', 'lavfi', '-i', `color=white:s=8x8:r=${FPS}`],
    ...['-lavfi', "[0][1]overlay=x='40+60*t':y=90[a];[a][2]overlay=x='460-80*t':y='200-8*t'"],
    ...['-t', String(seconds), ...X264, '-crf', '16', path],
  )
  return path
}

const runnerAt = (frame: number): BoundingBox => [40 + (60 * frame) / FPS, 90, 64 + (60 * frame) / FPS, 154]

async function trackFile(input: string, params: Partial<TrackParams>, overrides: Partial<TaskContext> = {}) {
  const context = await testContext(input, overrides)
  const run = await track(Params.parse(params), context)
  const path = run.files.result ?? ''
  const file = TracksFile.parse(JSON.parse(gunzipSync(await readFile(path)).toString()))
  return { run, file, context }
}

async function emptyWeights(): Promise<TaskContext['config']> {
  return readConfig({ WEIGHTS_DIR: await testFolder() })
}

describe('track without weights', () => {
  it('follows what moves, says that motion is all it had, and reports as it goes', async () => {
    const progress: TaskProgress[] = []
    const { run, file } = await trackFile(
      await runnerClip(4),
      {},
      { config: await emptyWeights(), onProgress: (entry) => progress.push(entry) },
    )
    expect(file).toMatchObject({ width: 480, height: 270, fps: FPS, frames: 40, model: 'motion', motion_only: true })
    expect(file.unique_tracks).toBe(file.tracks.length)
    const { tracks: _tracks, camera, ...inline } = file
    expect(camera).toHaveLength(40)
    expect(TrackResult.parse(run.result)).toEqual(inline)
    expect(run.stats).toMatchObject({ frames_in: 40, input_resolution: '480x270', model: 'motion', device: 'cpu' })
    expect(run.stats.duration_sec).toBeCloseTo(4, 2)

    const people = file.tracks.filter((entry) => entry.class === 'person' && entry.frames.length > 20)
    expect(people).toHaveLength(1)
    const settled = people[0]?.frames.filter(({ frame }) => frame >= 12) ?? []
    expect(settled.length).toBeGreaterThanOrEqual(27)
    for (const { frame, bbox } of settled) expect(overlap(bbox, runnerAt(frame))).toBeGreaterThan(0.6)

    const percents = progress.map(({ percent }) => percent)
    expect(percents).toEqual([...percents].sort((one, other) => one - other))
    expect([percents[0], percents.at(-1)].every((value) => value !== undefined && value >= 10 && value <= 90)).toBe(
      true,
    )
    expect(progress.at(-1)).toMatchObject({ stage: 'process', frame: 40, framesTotal: 40 })
  })

  it('shows a picture while it works, with boxes drawn, when somebody watches', async () => {
    const pictures: Uint8Array[] = []
    const context = { wanted: new Set(['live_frame'] as const), onLiveFrame: (jpeg: Uint8Array) => pictures.push(jpeg) }
    await trackFile(await runnerClip(2), { model: 'motion' }, context)
    await expect.poll(() => pictures.length, { timeout: 10_000 }).toBeGreaterThan(0)
    // A JPEG's first bytes.
    expect([...(pictures[0]?.subarray(0, 3) ?? [])]).toEqual([0xff, 0xd8, 0xff])
  })

  it('stops within a second when canceled, and leaves nothing behind', async () => {
    const stop = new AbortController()
    let abortedAt = 0
    const onProgress = () => {
      abortedAt ||= performance.now()
      stop.abort(new Error('canceled by a test'))
    }
    const context = await testContext(await runnerClip(20), { signal: stop.signal, onProgress })
    await expect(track(Params.parse({ model: 'motion' }), context)).rejects.toThrow('canceled by a test')
    expect(performance.now() - abortedAt).toBeLessThan(1000)
    expect(await readdir(context.workDir)).toEqual([])
  })
})

describe('track refuses', () => {
  it('a model whose weights are not there, and says what to do', async () => {
    const context = await testContext(await runnerClip(1), { config: await emptyWeights() })
    const refused = (params: Partial<TrackParams>) => expect(track(Params.parse(params), context)).rejects
    await refused({ model: 'yolox_s' }).toMatchObject({
      code: 'missing_weights',
      message: expect.stringMatching(/"yolox_s\.onnx".*npm run weights yolox_s$/),
    })
    await refused({ model: 'yolov8' }).toMatchObject({
      code: 'missing_weights',
      message: expect.stringMatching(/"yolov8m\.onnx".*AGPL-3\.0/),
    })
    await refused({ model: 'motion', reid: true }).toMatchObject({ code: 'missing_weights' })
  })

  it('classes no detector knows', async () => {
    const context = await testContext(await runnerClip(1))
    await expect(track(Params.parse({ classes: ['person', 'referee'] }), context)).rejects.toMatchObject({
      code: 'invalid_request',
      field: 'params.classes',
    })
  })

  it('a video that is not the one the price was computed for', async () => {
    const quoted = { frames: 10, duration_s: 1, width: 480, height: 270 }
    const context = await testContext(await runnerClip(2), { quoted })
    await expect(track(Params.parse({ model: 'motion' }), context)).rejects.toMatchObject({ code: 'input_mismatch' })
  })
})

describe('track with yolox_nano', () => {
  const source = shared('data/video/sports/sena_basketball.mp4')
  const weights = shared('weights/yolox_nano.onnx')

  it.for([{ reid: false }, { reid: true }])(
    'follows both players through every frame, reid $reid',
    async ({ reid }, { skip }) => {
      if (source === undefined || weights === undefined) return skip(`no clip or weights in ${SHARED_DIR}`)
      const input = `${await testFolder()}/players.mp4`
      await ffmpeg('-ss', '2', '-i', source, '-frames:v', '16', '-an', ...X264, '-crf', '20', input)
      const config = readConfig({ WEIGHTS_DIR: `${SHARED_DIR}/weights` })
      const { file, run } = await trackFile(input, { model: 'yolox_nano', reid }, { config })
      expect(file).toMatchObject({ model: 'yolox_nano', motion_only: false, frames: 16 })
      expect(run.stats.model_sha256).toMatch(/^c789161e/)
      const people = file.tracks.filter((entry) => entry.class === 'person')
      expect(people.filter(({ frames }) => frames.length === 16).length).toBeGreaterThanOrEqual(2)
    },
  )
})
