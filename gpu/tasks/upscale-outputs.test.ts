import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '#gpu/config.ts'
import { frameTimes, lumaPsnr, picture, SHARED_DIR, shared, streamFields, tone, X264 } from '#gpu/testing/clips.ts'
import { clip, upscaleFile } from '#gpu/testing/upscale.ts'

describe('other files', () => {
  it('makes a poster, a playable preview of HEVC, and live pictures', async () => {
    const input = await clip('in.mp4', ...picture('64x48', 12), ...tone(0.48), ...X264, '-c:a', 'aac')
    const live: Uint8Array[] = []
    const wanted = new Set(['video', 'poster', 'preview', 'live_frame'] as const)
    const { files, video } = await upscaleFile(
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
    const { video, stats } = await upscaleFile(input, { codec: 'av1' })
    expect(await streamFields(video, 'v:0', 'codec_name')).toEqual({ codec_name: 'av1' })
    expect(stats.frames_out).toBe(4)
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
    const { stats, video } = await upscaleFile(
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
