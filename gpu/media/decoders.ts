import { join } from 'node:path'
import { runTool } from './ffmpeg.ts'

/** How a frame of each format is made, and who decodes it: ffmpeg's own decoder first, the card's after it. */
const FORMATS = {
  h264: { encoder: ['libx264'], decoders: ['h264', 'h264_cuvid'] },
  hevc: { encoder: ['libx265', '-x265-params', 'log-level=none'], decoders: ['hevc', 'hevc_cuvid'] },
  av1: { encoder: ['libsvtav1'], decoders: ['libdav1d', 'av1_cuvid'] },
  vp9: { encoder: ['libvpx-vp9'], decoders: ['vp9', 'vp9_cuvid'] },
  mpeg4: { encoder: ['mpeg4'], decoders: ['mpeg4'] },
  prores: { encoder: ['prores_ks', '-pix_fmt', 'yuv422p10le'], decoders: ['prores'] },
} as const

const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y']
const LIMITS = { limits: { wallS: 30 } }

/** Decoders that really decode a frame here, by format. `workDir` is used for the files. */
export async function workingDecoders(workDir: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const [format, { encoder, decoders }] of Object.entries(FORMATS)) {
    const path = join(workDir, `${format}.mkv`)
    const source = ['-f', 'lavfi', '-i', 'testsrc2=s=256x256:r=25:d=0.2']
    const made = await runTool('ffmpeg', [...QUIET, ...source, '-c:v', ...encoder, path], LIMITS)
    const working: string[] = []
    for (const decoder of made.code === 0 ? decoders : []) {
      const { code } = await runTool('ffmpeg', [...QUIET, '-c:v', decoder, '-i', path, '-f', 'null', '-'], LIMITS)
      if (code === 0) working.push(decoder)
    }
    found[format] = working
  }
  return found
}
