import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseParams } from '#gpu/jobs/run-task.ts'
import { frameTimes, lumaPsnr, picture, streamFields, tone, X264 } from '#gpu/testing/clips.ts'
import { lumaFrames } from '#gpu/testing/render.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { clip } from '#gpu/testing/upscale.ts'
import { ExportParams } from '#lib/contracts/tasks/render.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { exportVideo } from './export.ts'
import type { TaskContext } from './task-handler.ts'

async function make(input: string, params: object, overrides: Partial<TaskContext> = {}) {
  const context = await testContext(input, overrides)
  const made = await exportVideo(ExportParams.parse(params), context)
  return { ...made, video: made.files.video ?? '', context }
}
const small = () => clip('in.mp4', ...picture('128x96', 25), ...tone(1), ...X264, '-c:a', 'aac')
const EVERYTHING = {
  crop: { x: 20, y: 10, w: 80, h: 60 },
  clips: [
    { start_time: 0.2, end_time: 0.6, label: 'Zoé’s goal {\\b1} [x]; \\N %{pts}', rating: 3 },
    { start_time: 0, end_time: 0.4, label: 'Save 🧤' },
  ],
  burn_labels: true,
  highlight_regions: [{ start_frame: 0, end_frame: 25, x: 60, y: 40, radius_x: 12, radius_y: 9 }],
  effect_type: 'spotlight',
}

describe('everything at once', () => {
  it.each([
    ['mp4', 'h264', 'h264', 'aac'],
    ['mov', 'hevc', 'hevc', 'aac'],
    ['webm', 'h264', 'av1', 'opus'],
  ])('in %s as %s', async (format, codec, video, audio) => {
    const made = await make(await small(), {
      ...EVERYTHING,
      format,
      codec,
      quality: 'low',
      max_height: 144,
      output_height: 240,
    })
    expect(made.video.endsWith(`.${format}`)).toBe(true)
    expect(made.stats).toMatchObject({ frames_out: 20, output_resolution: '192x144' })
    expect(await streamFields(made.video, 'v:0', 'codec_name')).toEqual({ codec_name: video })
    expect(await streamFields(made.video, 'a:0', 'codec_name')).toEqual({ codec_name: audio })
    expect(await frameTimes(made.video)).toHaveLength(20)
    expect(made.result).toMatchObject({
      clips: [
        { start_frame: 5, end_frame: 15 },
        { start_frame: 0, end_frame: 10 },
      ],
    })
  })

  it('with a network that enlarges the crop, poster, preview and live pictures', async () => {
    const live: Uint8Array[] = []
    const wanted = new Set(['video', 'poster', 'preview', 'live_frame'] as const)
    const params = { crop: EVERYTHING.crop, upscale: true, upscale_model: 'reelsr-fast', codec: 'hevc', quality: 'low' }
    const made = await make(await small(), params, { wanted, onLiveFrame: (jpeg) => void live.push(jpeg) })
    expect(made.stats).toMatchObject({ frames_out: 25, output_resolution: '160x120', model: 'reelsr-fast' })
    expect(live).not.toHaveLength(0)
    expect((await streamFields(made.files.preview ?? '', 'v:0', 'codec_name')).codec_name).toBe('h264')
    expect((await streamFields(made.files.poster ?? '', 'v:0', 'width')).width).toBe('160')
    const bicubic = await clip(
      'bicubic.mp4',
      '-i',
      made.context.inputPath,
      '-vf',
      'crop=80:60:20:10,scale=160:120:flags=bicubic',
      '-c:v',
      'libx264',
      '-qp',
      '0',
    )
    expect(await lumaPsnr(made.video, bicubic)).toBeGreaterThan(20)
  })

  it('that is nothing at all is the video encoded anew', async () => {
    const input = await small()
    const { video, stats } = await make(input, {})
    expect(stats).toMatchObject({ frames_out: 25, output_resolution: '128x96' })
    expect(await lumaPsnr(video, input)).toBeGreaterThan(38)
  })
})

const TRACKS: TracksFile = {
  width: 128,
  height: 96,
  fps: 25,
  frames: 25,
  tracks: [{ track_id: 7, class: 'person', frames: [{ frame: 5, bbox: [50, 30, 70, 70], confidence: 0.9 }] }],
  unique_tracks: 1,
  moments: [],
  model: 'test',
  motion_only: false,
}
const follow = (track_id: number) => ({
  highlight_regions: [{ start_frame: 0, end_frame: 25, track_id }],
  effect_type: 'spotlight',
})

describe('a highlight that follows a track', () => {
  it.each([
    ['plain', JSON.stringify(TRACKS)],
    ['gzip', gzipSync(JSON.stringify(TRACKS))],
  ])('reads %s JSON', async (_name, bytes) => {
    const tracksPath = join(await testFolder(), 'tracks')
    await writeFile(tracksPath, bytes)
    const { video } = await make(await small(), follow(7), { tracksPath })
    const brightness = (await lumaFrames(video, { width: 128, height: 96 })).map((luma) => luma[2 * 128 + 4] ?? 0)
    // Dark in the corner while the player is seen, as it was long after.
    expect(brightness[5]).toBeLessThan(0.6 * (brightness[20] ?? 0))
  })

  it.each([
    ['a track that is not there', follow(8), JSON.stringify(TRACKS), 'unknown_track', /track 8/],
    ['no tracks', follow(7), undefined, 'missing_tracks', /track/],
    ['something else', follow(7), '[]', 'invalid_request', /tracks file/],
    ['half a file', follow(7), gzipSync(JSON.stringify(TRACKS)).subarray(0, 60), 'invalid_request', /cut off/],
  ])('is refused with %s', async (_name, params, bytes, code, message) => {
    const tracksPath = bytes === undefined ? undefined : join(await testFolder(), 'tracks')
    if (tracksPath !== undefined && bytes !== undefined) await writeFile(tracksPath, bytes)
    const refused = make(await small(), params, { tracksPath })
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

it('refuses HEVC in WebM, and a size beyond 8K', async () => {
  const input = await small()
  expect(() => parseParams('export', { format: 'webm', codec: 'hevc' })).toThrow(
    expect.objectContaining({ code: 'invalid_request', field: 'params.codec' }),
  )
  await expect(make(input, { output_width: 7680, output_height: 7680 })).rejects.toMatchObject({
    code: 'limit_exceeded',
  })
})

it.each([
  ['frames', { frames: 24 }],
  ['size', { width: 130 }],
])('stops when the input has other %s than were paid for', async (_name, wrong) => {
  const quoted = { frames: 25, duration_s: 1, width: 128, height: 96, ...wrong }
  await expect(make(await small(), {}, { quoted })).rejects.toMatchObject({ code: 'input_mismatch' })
})
