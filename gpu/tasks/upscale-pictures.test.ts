import { describe, expect, it } from 'vitest'
import { ffmpeg, lumaPsnr, picture, streamFields, X264 } from '#gpu/testing/clips.ts'
import { clip, upscaleFile } from '#gpu/testing/upscale.ts'

describe('pictures', () => {
  it.each([
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
    const { stats, video } = await upscaleFile(input)
    expect(stats.output_resolution).toBe(expected)
    const { pix_fmt, sample_aspect_ratio = '1:1' } = await streamFields(video, 'v:0', 'sample_aspect_ratio', 'pix_fmt')
    expect(pix_fmt).toBe('yuv420p')
    expect(sample_aspect_ratio).toMatch(/^(1:1|N\/A)$/)
  })

  it('turns frames as the header says', async () => {
    const upright = await clip('upright.mp4', ...picture('96x64', 6), ...X264)
    const input = await clip('turned.mp4', '-i', upright, '-c', 'copy', '-metadata:s:v:0', 'rotate=90')
    const { stats, video } = await upscaleFile(input)
    expect(stats).toMatchObject({ input_resolution: '64x96', output_resolution: '128x192' })
    // ffmpeg turns what it decodes, so both pictures are upright here.
    const shown = await clip(
      'shown.mp4',
      '-i',
      input,
      '-vf',
      'scale=128:192:flags=bicubic',
      '-c:v',
      'libx264',
      '-qp',
      '0',
    )
    expect(await lumaPsnr(video, shown)).toBeGreaterThan(20)
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
    const { video } = await upscaleFile(input, { quality: 'high' })
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

  it.each([
    ['hevc', 'yuv420p10le', 402],
    ['av1', 'yuv420p10le', 402],
    // Nothing plays H.264 of ten bits.
    ['h264', 'yuv420p', 404],
  ] as const)(
    'keeps levels between those of eight bits in %s as far as it has them',
    async (codec, format, expected) => {
      // 402 of 1023 is 100.5 of 255.
      const paint = 'color=c=gray:s=64x48:r=25:d=0.2,format=yuv420p10le,geq=lum=402:cb=514:cr=510'
      const input = await clip('ten.mkv', '-f', 'lavfi', '-i', paint, '-c:v', 'ffv1')
      const messages = new Set<string>()
      const onProgress = ({ message }: { message: string }) => void messages.add(message)
      const { video, stats } = await upscaleFile(input, { codec, quality: 'high' }, { onProgress })
      expect([...messages].some((message) => message.includes('H.264 keeps 8'))).toBe(codec === 'h264')
      expect(stats.output_resolution).toBe('128x96')
      expect(await streamFields(video, 'v:0', 'pix_fmt')).toEqual({ pix_fmt: format })
      const bytes = await ffmpeg(
        '-i',
        video,
        '-frames:v',
        '1',
        '-vf',
        'crop=64:48',
        '-pix_fmt',
        'yuv420p10le',
        '-f',
        'rawvideo',
        '-',
      )
      const levels = new Uint16Array(Uint8Array.from(bytes).buffer, 0, 64 * 48)
      const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
      expect(Math.abs(mean - expected)).toBeLessThan(codec === 'h264' ? 4 : 1)
    },
  )

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
    const { video } = await upscaleFile(input)
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
    const { video } = await upscaleFile(small, { quality: 'high' })
    const [ours, theirs] = [await lumaPsnr(video, original), await lumaPsnr(bicubic, original)]
    expect(ours).toBeGreaterThan(theirs + 0.3)
  })

  it('scales down to max_height and enlarges four times', async () => {
    const input = await clip('in.mp4', ...picture('64x48', 4), ...X264)
    const { stats } = await upscaleFile(input, { scale: 4, max_height: 150 })
    expect(stats.output_resolution).toBe('200x150')
  })
})
