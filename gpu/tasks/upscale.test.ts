import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '#gpu/config.ts'
import {
  ffmpeg,
  frameTimes,
  lumaPsnr,
  packetDigest,
  picture,
  SHARED_DIR,
  shared,
  streamFields,
  tone,
  X264,
} from '#gpu/testing/clips.ts'
import { testContext, testFolder } from '#gpu/testing/task-context.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import type { TaskContext } from './task-handler.ts'
import { upscale } from './upscale.ts'

const FAST = { model: 'reelsr-fast', scale: 2, denoise_strength: 0, quality: 'low' } as const

async function run(input: string, params: Partial<UpscaleParams> = {}, overrides: Partial<TaskContext> = {}) {
  const context = await testContext(input, overrides)
  const made = await upscale(UpscaleParams.parse({ ...FAST, ...params }), context)
  return { ...made, video: made.files.video ?? '', context }
}

/** Makes a clip in a folder of the test's own. */
async function clip(name: string, ...args: string[]): Promise<string> {
  const path = join(await testFolder(), name)
  await ffmpeg(...args, path)
  return path
}

/** Frame times in and out are the same, to within the rounding of a printed microsecond. */
async function expectSameTimes(input: string, output: string, count: number): Promise<void> {
  const [before, after] = [await frameTimes(input), await frameTimes(output)]
  expect(before).toHaveLength(count)
  expect(after.map((time, index) => Math.abs(time - (before[index] ?? Number.NaN)) < 2e-6)).toEqual(
    before.map(() => true),
  )
}

describe('times', () => {
  it('keeps a constant frame rate, copies the sound and reports what it counted', async () => {
    const input = await clip('in.mp4', ...picture('64x48', 25), ...tone(1), ...X264, '-bf', '2', '-c:a', 'aac')
    const { video, stats } = await run(input)
    await expectSameTimes(input, video, 25)
    expect(await packetDigest(video, 'a:0')).toBe(await packetDigest(input, 'a:0'))
    expect(stats).toMatchObject({
      frames_in: 25,
      frames_out: 25,
      input_resolution: '64x48',
      output_resolution: '128x96',
      device: 'cpu',
      encoder: 'libx264',
    })
    expect([stats.duration_sec, stats.video_sec]).toEqual([1, 1])
    expect(stats.audio_sec).toBeCloseTo(1, 1)
  })

  it('keeps every time of a variable frame rate', async () => {
    const times = 'settb=1/90000,setpts=(N+0.7*mod(N\\,3)/3+if(gt(N\\,8)\\,11.3\\,0))/25/TB'
    const input = await clip(
      'vfr.mp4',
      ...picture('64x48', 20),
      '-vf',
      times,
      '-fps_mode',
      'passthrough',
      '-enc_time_base',
      '1:90000',
      ...X264,
      '-bf',
      '2',
      '-video_track_timescale',
      '90000',
    )
    const gaps = await frameTimes(input)
    expect(
      new Set(gaps.slice(1).map((time, index) => Math.round((time - (gaps[index] ?? 0)) * 1000))).size,
    ).toBeGreaterThan(2)
    const { video } = await run(input)
    await expectSameTimes(input, video, 20)
  })

  it('keeps a start that is not zero', async () => {
    const input = await clip('late.mp4', ...picture('64x48', 10), '-vf', 'setpts=PTS+1.52/TB', ...X264)
    expect((await frameTimes(input))[0]).toBeCloseTo(1.52, 2)
    const { video } = await run(input)
    await expectSameTimes(input, video, 10)
  })

  it('shows what an edit list shows, and no more', async () => {
    const full = await clip('full.mp4', ...picture('64x48', 50), ...tone(2), ...X264, '-g', '25', '-c:a', 'aac')
    const input = await clip('cut.mp4', '-ss', '0.52', '-i', full, '-c', 'copy')
    expect(Number((await streamFields(input, 'v:0', 'nb_frames')).nb_frames)).toBe(50)
    const { video, stats } = await run(input)
    expect(stats.frames_in).toBeLessThan(50)
    await expectSameTimes(input, video, stats.frames_in)
  })

  it('starts at zero what a transport stream starts anywhere, sound in step', async () => {
    const input = await clip('in.ts', ...picture('64x48', 25), ...tone(1), ...X264, '-c:a', 'aac', '-f', 'mpegts')
    const { video } = await run(input)
    const [before, after] = [await frameTimes(input), await frameTimes(video)]
    const shift = (before[0] ?? 0) - (after[0] ?? 0)
    expect(shift).toBeGreaterThan(1)
    expect(after.every((time, index) => Math.abs(time + shift - (before[index] ?? 0)) < 2e-5)).toBe(true)
    const start = async (path: string, stream: string) =>
      Number((await streamFields(path, stream, 'start_time')).start_time)
    const gap = async (path: string) => (await start(path, 'a:0')) - (await start(path, 'v:0'))
    expect(Math.abs((await gap(video)) - (await gap(input)))).toBeLessThan(0.03)
  })
})

describe('pictures', () => {
  it.each([
    ['turned', ['-vf', 'scale=96:64,setsar=1', '-metadata:s:v:0', 'rotate=90'], 'yuv420p', '128x192'],
    ['of odd size', ['-vf', 'scale=67:51,setsar=1'], 'yuv444p', '134x102'],
    ['with wide pixels', ['-vf', 'scale=64:48,setsar=4/3'], 'yuv420p', '170x96'],
    ['of ten bits', ['-vf', 'scale=64:48,setsar=1'], 'yuv420p10le', '128x96'],
  ])('enlarges frames %s to exactly twice what is displayed', async (_name, args, format, expected) => {
    const input = await clip(
      'in.mp4',
      ...picture('128x96', 6),
      ...args,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      format,
    )
    const { stats, video } = await run(input)
    expect(stats.output_resolution).toBe(expected)
    const { pix_fmt, sample_aspect_ratio = '1:1' } = await streamFields(video, 'v:0', 'sample_aspect_ratio', 'pix_fmt')
    expect(pix_fmt).toBe('yuv420p')
    expect(sample_aspect_ratio).toMatch(/^(1:1|N\/A)$/)
  })

  it.each([
    ['limited BT.709', 'bt709', 'tv', 'yuv420p'],
    ['limited BT.601', 'smpte170m', 'tv', 'yuv420p'],
    ['full-range BT.709', 'bt709', 'pc', 'yuvj420p'],
  ])('keeps the colour and tags of %s', async (_name, matrix, range, format) => {
    const paint = `color=c=0xC03060:s=64x48:r=25:d=0.2,format=gbrp,scale=out_color_matrix=${matrix}:out_range=${range},format=${format}`
    const tags = ['-colorspace', matrix, '-color_primaries', matrix, '-color_trc', matrix, '-color_range', range]
    const input = await clip(
      'in.mp4',
      '-f',
      'lavfi',
      '-i',
      paint,
      '-c:v',
      'libx264',
      '-qp',
      '0',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      format,
      ...tags,
    )
    const { video } = await run(input, { quality: 'high' })
    const fields = ['color_space', 'color_range', 'color_transfer', 'color_primaries']
    expect(await streamFields(video, 'v:0', ...fields)).toEqual({
      color_space: matrix,
      color_range: range,
      color_transfer: matrix,
      color_primaries: matrix,
    })
    const mean = async (path: string) => {
      const planes = await ffmpeg(
        '-i',
        path,
        '-frames:v',
        '1',
        '-vf',
        'crop=32:32,scale=1:1:flags=area',
        '-pix_fmt',
        format,
        '-f',
        'rawvideo',
        '-',
      )
      return [...planes.subarray(0, 3)]
    }
    const [before, after] = [await mean(input), await mean(video)]
    expect(after.map((value, index) => Math.abs(value - (before[index] ?? 0)) <= 2)).toEqual([true, true, true])
  })

  it('turns ten-bit HDR into tagged eight-bit SDR of sensible brightness', async () => {
    const tags = [
      '-colorspace',
      'bt2020nc',
      '-color_primaries',
      'bt2020',
      '-color_trc',
      'smpte2084',
      '-color_range',
      'tv',
    ]
    const input = await clip(
      'hdr.mp4',
      ...picture('64x48', 6),
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p10le',
      '-x265-params',
      'log-level=error',
      ...tags,
    )
    const { video } = await run(input)
    const fields = await streamFields(video, 'v:0', 'pix_fmt', 'color_transfer', 'color_space', 'color_primaries')
    expect(fields).toEqual({
      pix_fmt: 'yuv420p',
      color_transfer: 'bt709',
      color_space: 'bt709',
      color_primaries: 'bt709',
    })
    const luma = await ffmpeg('-i', video, '-frames:v', '1', '-pix_fmt', 'gray', '-f', 'rawvideo', '-')
    const mean = luma.reduce((sum, value) => sum + value, 0) / luma.length
    expect(mean).toBeGreaterThan(40)
    expect(mean).toBeLessThan(220)
  })

  it('is nearer to the original than bicubic is', async () => {
    const original = await clip(
      'large.mp4',
      ...picture('256x192', 5),
      '-c:v',
      'libx264',
      '-qp',
      '0',
      '-pix_fmt',
      'yuv420p',
    )
    const small = await clip(
      'small.mp4',
      '-i',
      original,
      '-vf',
      'scale=128:96:flags=bicubic',
      '-c:v',
      'libx264',
      '-qp',
      '0',
      '-pix_fmt',
      'yuv420p',
    )
    const bicubic = await clip(
      'bicubic.mp4',
      '-i',
      small,
      '-vf',
      'scale=256:192:flags=bicubic',
      '-c:v',
      'libx264',
      '-qp',
      '0',
      '-pix_fmt',
      'yuv420p',
    )
    const { video } = await run(small, { quality: 'high' })
    const [ours, theirs] = [await lumaPsnr(video, original), await lumaPsnr(bicubic, original)]
    expect(ours).toBeGreaterThan(theirs + 0.3)
  })

  it('scales down to max_height and enlarges four times', async () => {
    const input = await clip('in.mp4', ...picture('64x48', 4), ...X264)
    const { stats } = await run(input, { scale: 4, max_height: 150 })
    expect(stats.output_resolution).toBe('200x150')
  })
})

describe('other files', () => {
  it('makes a poster, a playable preview of HEVC, and live pictures', async () => {
    const input = await clip('in.mp4', ...picture('64x48', 12), ...tone(0.48), ...X264, '-c:a', 'aac')
    const live: Uint8Array[] = []
    const wanted = new Set(['video', 'poster', 'preview', 'live_frame'] as const)
    const { files, video } = await run(
      input,
      { codec: 'hevc' },
      { wanted, onLiveFrame: (jpeg) => void live.push(jpeg) },
    )
    expect(await streamFields(video, 'v:0', 'codec_name', 'codec_tag_string')).toEqual({
      codec_name: 'hevc',
      codec_tag_string: 'hvc1',
    })
    expect(await streamFields(files.preview ?? '', 'v:0', 'codec_name', 'height')).toEqual({
      codec_name: 'h264',
      height: '96',
    })
    expect(await frameTimes(files.preview ?? '')).toHaveLength(12)
    expect(await streamFields(files.poster ?? '', 'v:0', 'codec_name', 'width')).toEqual({
      codec_name: 'mjpeg',
      width: '128',
    })
    expect(live).not.toHaveLength(0)
    expect([...(live[0]?.subarray(0, 2) ?? [])]).toEqual([0xff, 0xd8])
  })

  it('encodes AV1', async () => {
    const input = await clip('in.mp4', ...picture('64x48', 4), ...X264)
    const { video, stats } = await run(input, { codec: 'av1' })
    expect(await streamFields(video, 'v:0', 'codec_name')).toEqual({ codec_name: 'av1' })
    expect(stats.frames_out).toBe(4)
  })
})

describe('inputs that are refused', () => {
  const small = () =>
    clip('in.mp4', ...picture('64x48', 50), ...tone(2), ...X264, '-g', '5', '-c:a', 'aac', '-movflags', '+faststart')

  it('a file that is cut off', async () => {
    const input = await small()
    await truncate(input, Math.round((await readFile(input)).length * 0.6))
    await expect(run(input)).rejects.toMatchObject({
      code: 'corrupt_media',
      message: expect.stringMatching(/index lists 50 frames/),
    })
  })

  it('a file whose frames cannot be decoded', async () => {
    const input = await small()
    const bytes = await readFile(input)
    const start = bytes.indexOf('mdat') + 800
    bytes.fill(0xa5, start, bytes.length - 200)
    await writeFile(input, bytes)
    const failure = await run(input).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(AppError)
    expect(['corrupt_media', 'decode_failed']).toContain((failure as AppError).code)
  })

  it('a playlist named like a video', async () => {
    const input = join(await testFolder(), 'clip.mp4')
    await writeFile(input, '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n')
    await expect(run(input)).rejects.toMatchObject({ code: 'unsupported_media' })
  })

  it('sound without a picture', async () => {
    const input = await clip('sound.mp4', ...tone(1), '-c:a', 'aac')
    await expect(run(input)).rejects.toMatchObject({ code: 'no_video' })
  })

  it.each([
    ['more frames', { frames: 49 }],
    ['a greater length', { duration_s: 1.5 }],
    ['another size', { width: 64, height: 50 }],
  ])('%s than the price was computed from', async (_name, wrong) => {
    const input = await small()
    const quoted = { frames: 50, duration_s: 2, width: 64, height: 48, ...wrong }
    await expect(run(input, {}, { quoted })).rejects.toMatchObject({ code: 'input_mismatch' })
  })

  it('weights that are not there, naming file and remedy', async () => {
    const input = await small()
    const config = readConfig({ WEIGHTS_DIR: await testFolder() })
    const failure = run(input, { model: 'rlfn_x4', scale: 4 }, { config })
    await expect(failure).rejects.toMatchObject({
      code: 'missing_weights',
      message: expect.stringMatching(/"rlfn_x4\.onnx".*WEIGHTS_DIR/),
    })
  })

  it('a scale the model does not reach', async ({ skip }) => {
    const weights = shared('weights/rlfn_x2.onnx')
    if (weights === undefined) return skip(`no weights in ${SHARED_DIR}`)
    const config = readConfig({ WEIGHTS_DIR: join(weights, '..') })
    await expect(run(await small(), { model: 'rlfn_x2', scale: 4 }, { config })).rejects.toMatchObject({
      code: 'invalid_request',
      field: 'params.scale',
    })
  })
})

describe('other networks', () => {
  it.for([
    ['rlfn_x2', 2],
    ['rlfn_x4', 2],
    ['realesr-general-x4v3', 4],
    ['realesr-animevideov3', 2],
  ] as const)('%s enlarges by %i', async ([model, scale], { skip }) => {
    const weights = shared(`weights/${model}.onnx`)
    if (weights === undefined) return skip(`no weights in ${SHARED_DIR}`)
    const input = await clip('in.mp4', ...picture('64x48', 3), ...X264)
    const { stats, video } = await run(
      input,
      { model, scale },
      { config: readConfig({ WEIGHTS_DIR: join(weights, '..') }) },
    )
    expect(stats).toMatchObject({ output_resolution: `${64 * scale}x${48 * scale}`, frames_out: 3, model })
    const enlarged = await clip(
      'enlarged.mp4',
      '-i',
      input,
      '-vf',
      `scale=${64 * scale}:${48 * scale}:flags=bicubic`,
      '-c:v',
      'libx264',
      '-qp',
      '0',
      '-pix_fmt',
      'yuv420p',
    )
    expect(await lumaPsnr(video, enlarged)).toBeGreaterThan(18)
  })
})

it('stops soon when it is canceled, and leaves no process behind', async () => {
  const input = await clip('long.mp4', ...picture('320x240', 500), ...X264)
  const stop = new AbortController()
  const context = await testContext(input, {
    signal: stop.signal,
    onProgress: ({ stage }) => {
      if (stage === 'process') stop.abort(new AppError('canceled', 'enough'))
    },
  })
  const began = performance.now()
  await expect(upscale(UpscaleParams.parse({ ...FAST, model: 'reelsr-std' }), context)).rejects.toMatchObject({
    code: 'canceled',
  })
  expect(performance.now() - began).toBeLessThan(30_000)
  expect((await readdir(context.workDir)).filter((name) => name.startsWith('pipe-'))).toEqual([])
  const commands = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  expect(commands.filter((command) => command.includes(context.workDir) || command.includes(input))).toEqual([])
})

const REAL = [
  'data/video/containers/torchcodec/test_non_zero_start.mp4',
  'data/video/containers/torchcodec/testsrc2_odd_dims_10bit.mp4',
  'data/video/containers/torchcodec/nasa_13013_rotated.mp4',
  'data/video/containers/mediabunny/avi_av1-aac.avi',
  'data/video/containers/mediabunny/mov_avc-eac3.mov',
]
it.for(REAL)('handles %s', async (name, { skip }) => {
  const input = shared(name)
  if (input === undefined) return skip(`no clips in ${SHARED_DIR}`)
  const { video, stats } = await run(input)
  await expectSameTimes(input, video, stats.frames_in)
})
