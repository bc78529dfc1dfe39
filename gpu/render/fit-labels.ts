import { rasterizeText, type TextOptions } from './rasterize-text.ts'

export interface FittedText {
  readonly mask: Uint8Array
  /** Columns of the mask that hold ink: `[left, right)`; equal when nothing is to be seen. */
  readonly left: number
  readonly right: number
}

const ELLIPSIS = '…'

/**
 * Draws labels no wider than `maxWidth`: characters that no font has are left out, and what is too long ends in an ellipsis after the last
 * whole character (grapheme) that fits. Masks are `options.width` wide, which must be more than `maxWidth`.
 */
export async function fitLabels(
  labels: readonly string[],
  maxWidth: number,
  options: TextOptions,
): Promise<FittedText[]> {
  const first = await rasterizeText(labels.map(oneLine), options)
  const clean = labels.map((label) => withoutMissing(graphemes(oneLine(label)), first.missing))
  const measure = async (lines: readonly string[]) =>
    (await rasterizeText(lines, options)).masks.map((mask) => inkOf(mask, options.width))
  let shown = first.masks.map((mask) => inkOf(mask, options.width))
  if (first.missing.size > 0) shown = await measure(clean.map((letters) => letters.join('')))

  // Binary search for how many graphemes fit, all labels at once.
  const fits = (text: FittedText) => text.right - options.insetPx <= maxWidth
  const bounds = clean.map((letters, index) =>
    shown[index] && fits(shown[index]) ? undefined : { least: 0, most: letters.length - 1, best: shown[index] },
  )
  for (;;) {
    const open = bounds.flatMap((bound, index) => (bound && bound.least <= bound.most ? [{ bound, index }] : []))
    if (open.length === 0) break
    const middles = open.map(({ bound }) => (bound.least + bound.most) >> 1)
    const drawn = await measure(open.map(({ index }, i) => shorten(clean[index] ?? [], middles[i] ?? 0)))
    for (const [i, { bound }] of open.entries()) {
      const [text, middle] = [drawn[i], middles[i] ?? 0]
      if (text && fits(text)) [bound.best, bound.least] = [text, middle + 1]
      else bound.most = middle - 1
    }
  }
  return shown.map((text, index) => bounds[index]?.best ?? text)
}

function shorten(letters: readonly string[], count: number): string {
  return `${letters.slice(0, count).join('').trimEnd()}${ELLIPSIS}`
}

function oneLine(label: string): string {
  return label.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
}

const SEGMENTER = new Intl.Segmenter()

function graphemes(text: string): string[] {
  return [...SEGMENTER.segment(text)].map(({ segment }) => segment)
}

/** A grapheme goes as a whole, and a gap that is left behind is closed. */
function withoutMissing(letters: readonly string[], missing: ReadonlySet<string>): string[] {
  const kept = letters.filter((letter) => ![...letter].some((character) => missing.has(character)))
  return graphemes(oneLine(kept.join('')))
}

/** Columns with ink that can be seen. */
function inkOf(mask: Uint8Array, width: number): FittedText {
  const columns = Array.from({ length: width }, (_, x) => {
    for (let at = x; at < mask.length; at += width) if ((mask[at] ?? 0) > 16) return true
    return false
  })
  const left = columns.indexOf(true)
  return left < 0 ? { mask, left: 0, right: 0 } : { mask, left, right: columns.lastIndexOf(true) + 1 }
}
