/**
 * Draws the project's own match footage and writes `public/sample/`: the small original, the same clip upscaled by our worker, and
 * their stills. Deterministic, so that a change of the network shows as a change of the picture.
 *
 *     node lib/local/sample/make-footage.ts
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crowdSound } from './crowd-sound.ts'
import { drawFrame } from './draw-match.ts'
import { DURATION_S, GOAL_AT_S, playMatch } from './match.ts'
import { runProgram } from './run-program.ts'

const FRAMES_PER_SECOND = 25
const DRAWN = { widthPx: 1280, heightPx: 720 }
const ORIGINAL = { widthPx: 480, heightPx: 270 }
const SAMPLE_RATE = 48_000
const STILL_AT_S = 5.6
const OUT = join(import.meta.dirname, '../../../public/sample')

async function drawOriginal(path: string, soundPath: string): Promise<void> {
  const moments = playMatch(FRAMES_PER_SECOND)
  const raw = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-s',
    `${DRAWN.widthPx}x${DRAWN.heightPx}`,
    '-r',
    `${FRAMES_PER_SECOND}`,
  ]
  const sound = ['-f', 's16le', '-ar', `${SAMPLE_RATE}`, '-ac', '1', '-i', soundPath]
  const picture = [
    '-vf',
    `scale=${ORIGINAL.widthPx}:${ORIGINAL.heightPx}:flags=bicubic:out_color_matrix=bt709,format=yuv420p`,
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    ...['-c:v', 'libx264', '-preset', 'slow', '-crf', '23', '-g', '50'],
  ]
  const args = ['-v', 'error', '-y', ...raw, '-i', '-', ...sound, ...picture, '-c:a', 'aac', '-b:a', '64k', '-shortest']
  await runProgram('ffmpeg', [...args, '-movflags', '+faststart', '-bitexact', path], async (write) => {
    for (let frame = 0; frame < moments.length; frame++) {
      await write(drawFrame(moments, frame, DRAWN.widthPx, DRAWN.heightPx))
    }
  })
}

/** The customer's path: our worker, our model, our encoder settings. */
async function upscale(input: string, output: string): Promise<void> {
  const params = { model: 'reelsr-std', scale: 4, denoise_strength: 0.5, codec: 'h264', quality: 'high' }
  const cli = join(import.meta.dirname, '../../../gpu/cli.ts')
  await runProgram(process.execPath, [
    cli,
    'upscale',
    '--input',
    input,
    '--output',
    output,
    '--params',
    JSON.stringify(params),
  ])
}

/** The page's copy: the worker's picture at a size that loads quickly. */
async function shrinkForTheWeb(input: string, output: string): Promise<void> {
  const video = ['-c:v', 'libx264', '-preset', 'veryslow', '-crf', '30', '-g', '50', '-pix_fmt', 'yuv420p']
  await runProgram('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    input,
    ...video,
    '-an',
    '-movflags',
    '+faststart',
    '-bitexact',
    output,
  ])
}

async function still(input: string, output: string): Promise<void> {
  const args = [
    '-v',
    'error',
    '-y',
    '-ss',
    `${STILL_AT_S}`,
    '-i',
    input,
    '-frames:v',
    '1',
    '-c:v',
    'libwebp',
    '-quality',
    '80',
  ]
  await runProgram('ffmpeg', [...args, '-bitexact', output])
}

const work = await mkdtemp(join(tmpdir(), 'footage-'))
try {
  await mkdir(OUT, { recursive: true })
  const soundPath = join(work, 'crowd.s16le')
  await writeFile(soundPath, crowdSound({ durationS: DURATION_S, goalAtS: GOAL_AT_S, sampleRate: SAMPLE_RATE }))
  const original = join(OUT, 'match-270p.mp4')
  await drawOriginal(original, soundPath)
  await still(original, join(OUT, 'match-270p.webp'))
  const upscaled = join(work, 'match-1080p.mp4')
  await upscale(original, upscaled)
  await shrinkForTheWeb(upscaled, join(OUT, 'match-1080p.mp4'))
  await still(upscaled, join(OUT, 'match-1080p.webp'))
} finally {
  await rm(work, { recursive: true, force: true })
}
