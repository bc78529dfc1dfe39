import type { AnalysisFrame } from './analysis-frame.ts'
import { BlockMatcher } from './kernel/block-matcher.ts'

/** Luma levels by which a block may differ without any change: grain, compression, rounding. */
const NOISE = 3
/** The spread of luma that `NOISE` and `COLOUR` are meant for; darker and flatter pictures differ by less. */
const SPREAD = 48
/** Below this spread brightness is all there is to a picture, so it may not be compensated. */
const FLAT = 8
/** Chroma levels by which matched blocks of another picture differ. */
const COLOUR = 24

/** How far two frames cannot be explained by one another, each 0 (the same picture, moved) to 1 (another picture). */
export interface Dissimilarity {
  /** Share of the detail that no displacement of the other frame explains. */
  readonly structure: number
  /** Distance of the colours of matched blocks. */
  readonly colour: number
  /** Share of the picture's blocks that changed. */
  readonly area: number
}

/** One a thread: it holds two pictures and the compiled kernel, and is never re-entered. */
let matcher: BlockMatcher | undefined

/**
 * Compares two pictures block by block, each block with its best match in the other picture, as encoders do to tell scene cuts. Where that
 * fails and brightness or contrast changed, once more with both evened out: flashes and exposure change them, not the picture.
 */
export function matchBlocks(from: AnalysisFrame, to: AnalysisFrame): Dissimilarity {
  const plain = matchAll(from, to)
  if (plain.structure < 0.15 || Math.min(from.deviation, to.deviation) < FLAT) return plain
  const gain = to.deviation / from.deviation
  if (Math.abs(to.mean - from.mean) < 3 && Math.abs(gain - 1) < 0.06) return plain
  const lit = { ...from, luma: relight(from, to.mean, gain), activity: from.activity.map((value) => value * gain) }
  const even = matchAll(lit, to)
  return even.structure < plain.structure ? even : plain
}

function relight({ luma, mean }: AnalysisFrame, target: number, gain: number): Uint8Array {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, level) => target + (level - mean) * gain)
  const lit = new Uint8Array(luma.length)
  for (let index = 0; index < luma.length; index++) lit[index] = table[luma[index] as number] as number
  return lit
}

function matchAll(from: AnalysisFrame, to: AnalysisFrame): Dissimilarity {
  const dim = Math.min(1, Math.max(from.deviation, to.deviation) / SPREAD)
  matcher ??= new BlockMatcher()
  return matcher.compare(from, to, { noise: Math.max(0.75, NOISE * dim), colour: Math.max(COLOUR / 4, COLOUR * dim) })
}
