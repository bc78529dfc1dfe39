import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ingest } from '#gpu/tasks/ingest.ts'
import { ffmpeg, frameTimes, picture, streamFields, tone, X264 } from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { expectSameTimes } from '#gpu/testing/upscale.ts'
import { IngestResult } from '#lib/contracts/tasks/ingest.ts'

const AAC = ['-c:a', 'aac', '-shortest']
/** Drops two frames of every seven, so that no two gaps in a row are alike; times stay. */
const UNEVEN = ['-vf', "select='mod(n,7)-3',select='mod(n,6)-4'", '-fps_mode', 'vfr', '-enc_time_base', '1:600']

async function clip(name: string, ...args: string[]): Promise<string> {
  const path = join(await testFolder(), name)
  await ffmpeg(...args, path)
  return path
}

async function ingestFile(input: string) {
  const progress: number[] = []
  const context = await testContext(input, { onProgress: ({ percent }) => progress.push(percent) })
  const run = await ingest({}, context)
  return { ...run, result: IngestResult.parse(run.result), proxy: run.files.video ?? '', progress }
}

/** Mean of the grey levels of a frame's area. */
async function brightness(path: string, frame: number, crop: string): Promise<number> {
  const filter = `select='eq(n,${frame})',crop=${crop},scale=1:1:flags=area,format=gray`
  return (await ffmpeg('-i', path, '-vf', filter, '-frames:v', '1', '-f', 'rawvideo', '-'))[0] ?? Number.NaN
}

test('the proxy of an uneven HEVC .mov held upright has its frames at its times, upright', async () => {
  const flat = await clip(
    'flat.mov',
    ...picture('256x144', 60, 30),
    ...tone(2),
    ...UNEVEN,
    ...AAC,
    '-c:v',
    'libx265',
    '-x265-params',
    'log-level=error',
    '-tag:v',
    'hvc1',
    '-preset',
    'ultrafast',
  )
  const phone = join(await testFolder(), 'IMG_0001.MOV')
  await ffmpeg('-display_rotation', '90', '-i', flat, '-c', 'copy', phone).catch(() => rotate(flat, phone))
  const { proxy, stats, progress } = await ingestFile(phone)
  expect(await streamFields(proxy, 'v:0', 'codec_name', 'pix_fmt', 'width', 'height')).toEqual({
    codec_name: 'h264',
    pix_fmt: 'yuv420p',
    width: '144',
    height: '256',
  })
  await expectSameTimes(phone, proxy, stats.frames_in)
  expect(stats.frames_out).toBe(stats.frames_in)
  expect(progress.every((percent, index) => percent >= (progress[index - 1] ?? 0))).toBe(true)
})

/** ffmpeg before 6 writes display matrices from a metadata tag only. */
async function rotate(from: string, to: string): Promise<void> {
  await ffmpeg('-i', from, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', to)
}

test('10-bit HLG becomes 8-bit BT.709', async () => {
  const hlg = ['-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc']
  const params = 'log-level=error:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc'
  const input = await clip(
    'hlg.mov',
    ...picture('128x72', 25),
    '-c:v',
    'libx265',
    '-pix_fmt',
    'yuv420p10le',
    '-preset',
    'ultrafast',
    '-x265-params',
    params,
    '-tag:v',
    'hvc1',
    ...hlg,
  )
  const { proxy } = await ingestFile(input)
  expect(await streamFields(proxy, 'v:0', 'pix_fmt', 'color_transfer', 'color_primaries', 'color_space')).toEqual({
    pix_fmt: 'yuv420p',
    color_transfer: 'bt709',
    color_primaries: 'bt709',
    color_space: 'bt709',
  })
})

test('there is a key frame every second', async () => {
  const input = await clip('long.mp4', ...picture('64x64', 125), ...X264, '-g', '250')
  const { proxy } = await ingestFile(input)
  const keys = await frameTimes(proxy, '-skip_frame', 'nokey')
  expect(keys.map((time) => Math.round(time))).toEqual(expect.arrayContaining([0, 1, 2, 3, 4]))
})

test('the filmstrip shows the frames its times say, and the poster is a frame of the video', async () => {
  // The picture is as bright as the time is late.
  const source = ['-f', 'lavfi', '-i', "color=c=black:s=160x90:r=25:d=6,format=yuv420p,geq=lum='16+T*32':cb=128:cr=128"]
  const { files, result } = await ingestFile(await clip('ramp.mp4', ...source, ...X264))
  const { columns, rows, tile_width, tile_height, times } = result.filmstrip
  expect([columns, rows, tile_width, tile_height]).toEqual([10, 2, 160, 90])
  expect(times).toHaveLength(12)
  for (const [tile, time] of times.entries()) {
    const crop = `${tile_width}:${tile_height}:${(tile % columns) * tile_width}:${Math.floor(tile / columns) * tile_height}`
    const expected = (time * 32 * 255) / 219
    expect(Math.abs((await brightness(files.filmstrip ?? '', 0, crop)) - expected)).toBeLessThan(5)
  }
  expect(await streamFields(files.poster ?? '', 'v:0', 'width', 'height')).toEqual({ width: '160', height: '90' })
})

test('the waveform has the peaks of the sound where they are', async () => {
  const sound = ['-f', 'lavfi', '-i', "aevalsrc='if(gte(t,1),0.5*sin(2*PI*100*t),0)':d=2:s=44100"]
  const { files, result } = await ingestFile(await clip('beep.mp4', ...picture('64x64', 50), ...sound, ...X264, ...AAC))
  const { buckets = 0, buckets_per_second = 0 } = result.waveform ?? {}
  const peaks = new Int8Array((await readFile(files.waveform ?? '')).buffer.slice(0))
  expect(buckets_per_second).toBe(50)
  expect(buckets).toBeGreaterThan(95)
  const highest = (from: number, to: number) =>
    Math.max(...Array.from({ length: to - from }, (_, index) => peaks[2 * (from + index) + 1] ?? Number.NaN))
  expect(highest(5, 45)).toBeLessThanOrEqual(2)
  expect(highest(55, 95)).toBeGreaterThan(58)
  expect(highest(55, 95)).toBeLessThan(70)
})

test('a silent video has no waveform, a single frame has a poster and one tile', async () => {
  const { files, result } = await ingestFile(await clip('one.mp4', ...picture('64x64', 1), ...X264))
  expect(result.waveform).toBeNull()
  expect(files.waveform).toBeUndefined()
  expect(result.filmstrip).toMatchObject({ columns: 1, rows: 1, times: [0] })
  expect(files.poster).toBeDefined()
  expect(files.filmstrip).toBeDefined()
})

test('a transport stream, whose clock begins anywhere, and odd sizes', async () => {
  const input = await clip(
    'odd.ts',
    ...picture('130x98', 30),
    ...tone(1),
    '-c:v',
    'mpeg2video',
    '-c:a',
    'mp2',
    '-output_ts_offset',
    '5000',
  )
  const { proxy, stats } = await ingestFile(input)
  expect(stats.frames_out).toBe(30)
  expect((await frameTimes(proxy))[0]).toBeLessThan(0.2)
})
