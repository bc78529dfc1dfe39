import { expect, it } from 'vitest'
import { ffmpeg } from '#gpu/testing/clips.ts'
import { clip, upscaleFile } from '#gpu/testing/upscale.ts'

/** Standard deviation in time of every tenth sample of luma, averaged. */
async function deviation(path: string): Promise<number> {
  const bytes = await ffmpeg('-i', path, '-pix_fmt', 'gray', '-f', 'rawvideo', '-')
  const size = 128 * 96
  const frames = bytes.length / size
  let sum = 0
  for (let at = 0; at < size; at += 10) {
    const values = Array.from({ length: frames }, (_, frame) => bytes[frame * size + at] ?? Number.NaN).slice(5)
    const mean = values.reduce((total, value) => total + value, 0) / values.length
    sum += Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length)
  }
  return sum / (size / 10)
}

it('steadies a noisy still picture, over all batches', async () => {
  const still = 'mandelbrot=s=64x48:start_scale=0.3:end_scale=0.3:rate=25,noise=alls=12:allf=t,trim=end_frame=25'
  const input = await clip('in.mkv', '-f', 'lavfi', '-i', still, '-c:v', 'ffv1', '-pix_fmt', 'yuv420p')
  const [without, having] = [
    await upscaleFile(input, { quality: 'high' }),
    await upscaleFile(input, { quality: 'high', deflicker: 1 }),
  ]
  expect(having.stats.frames_out).toBe(25)
  const [before, after] = [await deviation(without.video), await deviation(having.video)]
  console.log(`still picture: ${before.toFixed(2)} to ${after.toFixed(2)} levels`)
  expect(after).toBeLessThan(0.6 * before)
})
