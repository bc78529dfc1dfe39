import { drawFilmed } from './draw-filmed.ts'
import { runProgram } from './run-program.ts'
import type { FilmedMatch } from './scenarios.ts'

/** Draws a filmed match into an H.264 file. */
export async function writeFilmed(match: FilmedMatch, path: string): Promise<void> {
  const { widthPx, heightPx, framesPerSecond } = match
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${widthPx}x${heightPx}`, '-r', `${framesPerSecond}`]
  const colour = ['-vf', 'scale=out_color_matrix=bt709,format=yuv420p', '-colorspace', 'bt709']
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-g', '50', '-bitexact']
  const args = ['-v', 'error', '-y', ...raw, '-i', '-', ...colour, ...coding, path]
  await runProgram('ffmpeg', args, async (write) => {
    for (const frame of drawFilmed(match)) await write(frame)
  })
}
