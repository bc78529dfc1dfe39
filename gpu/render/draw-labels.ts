import type { YuvColour } from '#gpu/onnx/yuv-graph.ts'
import type { Label } from '#lib/core/render/compositor.ts'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { type FittedText, fitLabels } from './fit-labels.ts'
import { Painting, roundedRectangle, star } from './paint.ts'
import type { TextOptions } from './rasterize-text.ts'

export interface LabelText {
  readonly label: string
  readonly rating?: number | undefined
}

const PLATE = [10, 12, 16] as const
const PLATE_OPACITY = 0.66
const WHITE = [255, 255, 255] as const
const GOLD = [255, 198, 41] as const
const UNLIT_OPACITY = 0.3
const STARS = 5

/** Distances in output pixels, all from the font's height. */
interface LowerThird {
  readonly fontPx: number
  readonly lineHeight: number
  readonly padX: number
  readonly padY: number
  readonly starRadius: number
  readonly starStep: number
  readonly starsHeight: number
  readonly left: number
  readonly bottom: number
  readonly maxTextWidth: number
}

/** Scales with the output's height; narrow pictures get smaller text, and tall ones keep clear of what apps lay over their foot. */
function lowerThird({ width, height }: FrameSize): LowerThird {
  const fontPx = Math.max(12, Math.round(0.044 * Math.min(height, 1.25 * width)))
  const starRadius = 0.33 * fontPx
  const left = Math.round(0.05 * width)
  const padX = Math.round(0.55 * fontPx)
  return {
    fontPx,
    lineHeight: Math.ceil(1.3 * fontPx),
    padX,
    padY: Math.round(0.28 * fontPx),
    starRadius,
    starStep: 2.35 * starRadius,
    starsHeight: Math.ceil(2.6 * starRadius),
    left,
    bottom: Math.round((height > width ? 0.14 : 0.07) * height),
    maxTextWidth: Math.max(2 * fontPx, width - 2 * left - 2 * padX),
  }
}

/**
 * A lower third for every clip: a dark translucent plate with round corners, the label in white, its rating in stars. Text is drawn once;
 * `undefined` where nothing of a label can be shown.
 */
export async function drawLabels(
  texts: readonly LabelText[],
  output: FrameSize,
  colour: YuvColour,
  tools: Pick<TextOptions, 'workDir' | 'limits' | 'signal'>,
): Promise<(Label | undefined)[]> {
  const design = lowerThird(output)
  const { fontPx, lineHeight, maxTextWidth } = design
  const width = 2 * Math.ceil((maxTextWidth + 3 * fontPx) / 2)
  const options = { ...tools, fontPx, width, height: lineHeight, insetPx: fontPx }
  const fitted = await fitLabels(
    texts.map(({ label }) => label),
    maxTextWidth,
    options,
  )
  return texts.map(({ rating }, index) => {
    const text = fitted[index]
    if (text === undefined || (text.left === text.right && rating === undefined)) return undefined
    return paintLabel(text, width, rating, design, output, colour)
  })
}

function paintLabel(
  text: FittedText,
  maskWidth: number,
  rating: number | undefined,
  design: LowerThird,
  output: FrameSize,
  colour: YuvColour,
): Label {
  const { padX, padY, lineHeight, starRadius, starStep, starsHeight } = design
  const textWidth = text.right - text.left
  const starsWidth = rating === undefined ? 0 : (STARS - 1) * starStep + 2 * starRadius
  const textHeight = textWidth === 0 ? 0 : lineHeight
  const even = (side: number) => 2 * Math.ceil(side / 2)
  const size = {
    width: even(Math.max(textWidth, starsWidth) + 2 * padX),
    height: even(textHeight + (rating === undefined ? 0 : starsHeight) + 2 * padY),
  }
  const painting = new Painting(size)
  const plate = roundedRectangle(size, Math.min(0.32 * lineHeight, size.height / 2))
  painting.lay(PLATE, (x, y) => PLATE_OPACITY * plate(x, y))
  painting.lay(WHITE, (x, y) => {
    const [column, row] = [x - padX + text.left, y - padY]
    const inside = row >= 0 && row < textHeight && column >= text.left && column < text.right
    return inside ? (text.mask[row * maskWidth + column] ?? 0) / 255 : 0
  })
  for (let index = 0; rating !== undefined && index < STARS; index += 1) {
    const lit = index < rating
    const centre = padX + starRadius + index * starStep
    const shape = star(centre, padY + textHeight + starsHeight / 2, starRadius)
    const columns = [centre - starRadius - 1, centre + starRadius + 1] as const
    painting.lay(lit ? GOLD : WHITE, (x, y) => (lit ? 1 : UNLIT_OPACITY) * shape(x, y), columns)
  }
  const y = output.height - design.bottom - size.height
  return { ...size, x: 2 * Math.round(design.left / 2), y: 2 * Math.round(y / 2), pixels: painting.toYuva(colour) }
}
