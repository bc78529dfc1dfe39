import { codecArgs, ENCODERS, type EncoderName } from './encode-args.ts'
import { runTool } from './ffmpeg.ts'

let found: Promise<ReadonlySet<EncoderName>> | undefined

/** Encoders that really encode a frame here: being compiled in says nothing about the driver or the card. Tried once a process. */
export function workingEncoders(): Promise<ReadonlySet<EncoderName>> {
  found ??= tryAll()
  return found
}

async function tryAll(): Promise<ReadonlySet<EncoderName>> {
  const working = await Promise.all(ENCODERS.map(async (name) => ((await tryEncoder(name)) ? [name] : [])))
  return new Set(working.flat())
}

async function tryEncoder(name: EncoderName): Promise<boolean> {
  const source = ['-f', 'lavfi', '-i', 'color=c=gray:s=256x256:r=25:d=0.04', '-frames:v', '1', '-pix_fmt', 'yuv420p']
  const args = [
    '-hide_banner',
    '-nostdin',
    '-loglevel',
    'error',
    ...source,
    ...codecArgs(name, 'low', 1),
    '-f',
    'null',
    '-',
  ]
  const { code } = await runTool('ffmpeg', args, { limits: { wallS: 20 } })
  return code === 0
}
