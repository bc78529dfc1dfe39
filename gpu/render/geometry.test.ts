import { expect, it } from 'vitest'
import { lumaFrames, render } from '#gpu/testing/render.ts'
import { clip } from '#gpu/testing/upscale.ts'
import type { CropPath, Rectangle } from '#lib/contracts/geometry.ts'
import { createCropSampler } from '#lib/core/render/crop-path.ts'

const SOURCE = { width: 960, height: 540 }
const OUTPUT = { width: 540, height: 960 }
const FRAMES = 40
const PITCH = 60
const SIGMA = 3

/** A still grid of soft dots whose centres lie in the middle of pixels. */
function markers(): Promise<string> {
  const from = (axis: string) => `pow(mod(${axis}\\,${PITCH})-${PITCH / 2}\\,2)`
  const dots = `geq=lum='16+219*exp(-(${from('X')}+${from('Y')})/${2 * SIGMA ** 2})':cb=128:cr=128`
  const source = `color=s=${SOURCE.width}x${SOURCE.height}:r=25,format=yuv420p,${dots},trim=end_frame=1,loop=${FRAMES}:1`
  const encoder = ['-c:v', 'libx264', '-qp', '0', '-preset', 'ultrafast']
  return clip('markers.mp4', '-f', 'lavfi', '-i', source, '-frames:v', String(FRAMES), ...encoder)
}

/** Where the dot nearest to a place is: centre of brightness, in output pixels from the left and upper edge. */
function centreNear(luma: Uint8Array, x: number, y: number, reach: number): { x: number; y: number } {
  let [sum, sumX, sumY] = [0, 0, 0]
  for (let row = Math.floor(y - reach); row <= y + reach; row += 1) {
    for (let column = Math.floor(x - reach); column <= x + reach; column += 1) {
      const weight = Math.max(0, (luma[row * OUTPUT.width + column] ?? 16) - 24)
      sum += weight
      sumX += weight * (column + 0.5)
      sumY += weight * (row + 0.5)
    }
  }
  return { x: sumX / sum, y: sumY / sum }
}

/** Distances between every dot of a frame and where the crop puts it, in output pixels. */
function errors(luma: Uint8Array, crop: Rectangle): number[] {
  const scale = OUTPUT.height / crop.height
  const reach = 3.5 * SIGMA * scale
  const places = (count: number) => Array.from({ length: count }, (_, i) => i * PITCH + PITCH / 2 + 0.5)
  return places(SOURCE.width / PITCH).flatMap((sourceX) =>
    places(SOURCE.height / PITCH).flatMap((sourceY) => {
      const [x, y] = [(sourceX - crop.x) * scale, (sourceY - crop.y) * scale]
      const inside = x > reach && x < OUTPUT.width - reach && y > reach && y < OUTPUT.height - reach
      if (!inside) return []
      const found = centreNear(luma, x, y, reach)
      return [Math.hypot(found.x - x, found.y - y)]
    }),
  )
}

it('puts every source point within half an output pixel of where a moving and zooming crop says', async () => {
  const crop: CropPath = [
    { frame: 0, x: 40.3, y: 0, width: 303.75, height: 540 },
    { frame: 21, x: 501.77, y: 101.4, width: 202.5, height: 360 },
    { frame: 39, x: 390.2, y: 33.3, width: 270, height: 480 },
  ]
  const { video } = await render(await markers(), { crop, output: OUTPUT })
  const path = createCropSampler(crop, SOURCE)
  const frames = await lumaFrames(video, OUTPUT)
  expect(frames).toHaveLength(FRAMES)
  const found = frames.flatMap((luma, frame) => errors(luma, path.at(frame)))
  const rms = Math.sqrt(found.reduce((sum, value) => sum + value ** 2, 0) / found.length)
  console.info(
    `marker geometry: ${found.length} markers, worst ${Math.max(...found).toFixed(4)} px, rms ${rms.toFixed(4)} px`,
  )
  expect(found.length).toBeGreaterThan(500)
  expect(Math.max(...found)).toBeLessThan(0.5)
})
