import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ffmpeg, frameTimes, streamFields, X264 } from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { AutoCropParams, AutoCropResult } from '#lib/contracts/tasks/auto-crop.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { autoCrop } from './auto-crop.ts'
import type { TaskContext, TaskProgress } from './task-handler.ts'

const FRAMES = 75
const CUT = 50

/** Across the left half in the first shot, at the right edge in the second. */
const ballAt = (frame: number): number => (frame < CUT ? 60 + 2 * frame : 290)

type Boxes = TracksFile['tracks'][number]['frames']
const boxes = (from: number, to: number): Boxes =>
  Array.from({ length: to - from }, (_, i) => {
    const x = ballAt(from + i)
    return { frame: from + i, bbox: [x - 4, 90, x + 4, 98], confidence: 0.8 }
  })

/** Two shots of 320×180, a test card and a fractal, and what a tracker says of them. */
async function match(changes: Partial<TracksFile> = {}): Promise<{ input: string; tracksPath: string }> {
  const folder = await testFolder()
  const input = join(folder, 'match.mp4')
  const shots = 'testsrc=s=320x180:r=25:d=2[a];mandelbrot=s=320x180:r=25,trim=duration=1[b];[a][b]concat=n=2'
  await ffmpeg('-f', 'lavfi', '-i', shots, ...X264, input)
  const file: TracksFile = {
    ...{ width: 320, height: 180, fps: 25, frames: FRAMES, moments: [], model: 'yolox_m', motion_only: false },
    tracks: [
      { track_id: 1, class: 'sports ball', frames: boxes(0, CUT) },
      { track_id: 2, class: 'sports ball', frames: boxes(CUT, FRAMES) },
    ],
    unique_tracks: 2,
    ...changes,
  }
  const tracksPath = join(folder, 'tracks.json')
  await writeFile(tracksPath, JSON.stringify(file))
  return { input, tracksPath }
}

async function crop(
  clip: { input: string; tracksPath?: string },
  params: object,
  overrides: Partial<TaskContext> = {},
) {
  const context = await testContext(clip.input, { tracksPath: clip.tracksPath, ...overrides })
  const made = await autoCrop(AutoCropParams.parse(params), context)
  return { ...made, result: AutoCropResult.parse(made.result) }
}

describe('auto_crop', () => {
  it('hands back keyframes alone: calm in each shot, a jump at the cut between them', async () => {
    const seen: TaskProgress[] = []
    const made = await crop(await match(), { render: false }, { onProgress: (progress) => void seen.push(progress) })
    expect(Object.keys(made.files)).toEqual(['result'])
    const file: unknown = JSON.parse(gunzipSync(await readFile(made.files.result ?? '')).toString())
    expect(file).toEqual(made.result)
    const { crop_keyframes: keyframes, width, height, followed } = made.result
    expect({ width, height, followed }).toEqual({ width: 320, height: 180, followed: 1 })
    expect(keyframes.filter(({ cut }) => cut).map(({ frame }) => frame)).toEqual([CUT])
    expect(keyframes.at(-1)?.x).toBeGreaterThan(320 - 101.25 - 30)
    for (const keyframe of keyframes) expect(keyframe.width / keyframe.height).toBeCloseTo(9 / 16, 9)
    expect(made.stats).toMatchObject({ frames_in: FRAMES, input_resolution: '320x180' })
    const percents = seen.map(({ percent }) => percent)
    expect(percents.every((percent, i) => percent >= (percents[i - 1] ?? 10) && percent <= 95)).toBe(true)
  })

  it('renders the crop with every frame at its time', async () => {
    const clip = await match()
    const made = await crop(clip, { output_width: 90, output_height: 160, quality: 'low' })
    const video = made.files.video ?? ''
    expect(await streamFields(video, 'v:0', 'width', 'height')).toEqual({ width: '90', height: '160' })
    expect(await frameTimes(video)).toHaveLength(FRAMES)
    expect(made.files.result).toBeDefined()
    expect(made.stats).toMatchObject({ frames_out: FRAMES, output_resolution: '90x160' })
  })

  it('finds moving things itself when nobody tracked them', async () => {
    const { input } = await match()
    const made = await crop({ input }, { render: false })
    expect(made.result.crop_keyframes[0]?.frame).toBe(0)
    expect(made.stats.model).toBeDefined()
  })
})

describe('auto_crop refuses', () => {
  it('to follow a track without tracks, or one that is not there', async () => {
    const clip = await match()
    await expect(crop({ input: clip.input }, { subject: 1 })).rejects.toMatchObject({ code: 'missing_tracks' })
    const unknown = { code: 'unknown_track', field: 'params.subject' }
    await expect(crop(clip, { subject: 7, render: false })).rejects.toMatchObject(unknown)
  })

  it('tracks of another video', async () => {
    const wrong = { code: 'invalid_request', field: 'tracks_url' }
    await expect(crop(await match({ width: 640 }), { render: false })).rejects.toMatchObject(wrong)
    const late = [{ track_id: 1, class: 'person', frames: [{ frame: 900, bbox: [0, 0, 9, 9], confidence: 1 }] }]
    await expect(crop(await match({ tracks: late as TracksFile['tracks'] }), { render: false })).rejects.toMatchObject(
      wrong,
    )
  })

  it('to go on once it is stopped', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const onProgress = ({ message }: TaskProgress): void => {
      if (message === 'Planning the crop') stop.abort(reason)
    }
    await expect(crop(await match(), {}, { signal: stop.signal, onProgress })).rejects.toBe(reason)
  })
})
