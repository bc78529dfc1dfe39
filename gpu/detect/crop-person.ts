import { type FrameLayout, framePlanes } from '#gpu/media/frames.ts'
import type { AppearanceModel } from '#gpu/models/osnet.ts'
import { quantization, type YuvColour, yuvToRgb } from '#gpu/onnx/yuv-graph.ts'
import type { BoundingBox } from '#lib/contracts/geometry.ts'

/**
 * Cuts a box (pixels of the layout) out of one 4:2:0 frame, stretches it to the model's size and normalises it, into `out` [3, height,
 * width]. Nearest pixels: crops are rarely larger than the model's input.
 */
export function cropPerson(
  frame: ArrayBuffer,
  layout: FrameLayout,
  colour: YuvColour,
  [x1, y1, x2, y2]: BoundingBox,
  model: AppearanceModel,
  out: Float32Array,
): void {
  const { luma, chroma } = framePlanes(frame, { ...layout, batch: 1 }, 0)
  const { lumaOffset, lumaScale, chromaScale } = quantization(colour.fullRange)
  const rows = yuvToRgb(colour.matrix)
  const [halfWidth, area] = [Math.ceil(layout.width / 2), model.width * model.height]
  const red = chroma.length / 2
  const inside = (value: number, limit: number) => Math.max(0, Math.min(limit - 1, Math.floor(value)))
  for (let row = 0, at = 0; row < model.height; row++) {
    const y = inside(y1 + ((row + 0.5) * (y2 - y1)) / model.height, layout.height)
    for (let column = 0; column < model.width; column++, at++) {
      const x = inside(x1 + ((column + 0.5) * (x2 - x1)) / model.width, layout.width)
      const light = ((luma[y * layout.width + x] as number) - lumaOffset) / lumaScale
      const pair = (y >> 1) * halfWidth + (x >> 1)
      const cb = ((chroma[pair] as number) - 128) / chromaScale
      const cr = ((chroma[red + pair] as number) - 128) / chromaScale
      for (const [channel, [toY, toCb, toCr]] of rows.entries()) {
        const value = Math.max(0, Math.min(1, toY * light + toCb * cb + toCr * cr))
        out[channel * area + at] = (value - (model.mean[channel] as number)) / (model.deviation[channel] as number)
      }
    }
  }
}
