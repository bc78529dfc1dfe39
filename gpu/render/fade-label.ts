import type { Label } from '#lib/core/render/compositor.ts'

const FADE_S = 0.3

/** A label as it looks `sinceS` after its clip began and `untilS` before it ends; `undefined` while it cannot be seen. */
export function fadeLabel(label: Label, sinceS: number, untilS: number): Label | undefined {
  const share = Math.min(1, sinceS / FADE_S, untilS / FADE_S)
  if (share <= 0) return undefined
  if (share >= 1) return label
  const opacity = share * share * (3 - 2 * share)
  const pixels = label.pixels.slice()
  const alphaAt = pixels.length - label.width * label.height
  for (let at = alphaAt; at < pixels.length; at += 1) pixels[at] = Math.round((pixels[at] ?? 0) * opacity)
  return { ...label, pixels }
}
