import { lumaFrames } from './render.ts'
import { clip } from './upscale.ts'

export const NUMBERED_SIZE = { width: 64, height: 48 }
/** Frame n has the luma 16 + n modulo this everywhere. */
const LEVELS = 200

/** A video whose frames say their number, without losses, a key frame every second. With a flash and a click every second when asked. */
export function numberedFrames(frames: number, fps: number, ...more: string[]): Promise<string> {
  const size = `${NUMBERED_SIZE.width}x${NUMBERED_SIZE.height}`
  const source = `color=s=${size}:r=${fps}:d=${frames / fps},format=yuv420p,geq=lum='16+mod(N\\,${LEVELS})':cb=128:cr=128`
  const encoder = [
    '-c:v',
    'libx264',
    '-qp',
    '0',
    '-preset',
    'veryfast',
    '-g',
    String(fps),
    '-bf',
    '2',
    '-pix_fmt',
    'yuv420p',
  ]
  return clip('numbered.mp4', '-f', 'lavfi', '-i', source, ...more, ...encoder)
}

/** The numbers (modulo 200) of a lossless video's frames. */
export async function frameNumbers(path: string): Promise<number[]> {
  return (await lumaFrames(path, NUMBERED_SIZE)).map((luma) => (luma[0] ?? 0) - 16)
}
