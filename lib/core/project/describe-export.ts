import type { ExportParams } from '#lib/contracts/tasks/render.ts'
import { renderedSize, type Size } from '#lib/core/media/rendered-size.ts'

/** What will come out of an export, as far as it is known before a price is asked for. */
export interface ExportForecast {
  readonly files: number
  readonly size: Size
  /** Of all files together. */
  readonly durationS: number
}

export function forecastExport(params: ExportParams, source: Size, sourceS: number): ExportForecast {
  const size = renderedSize(params, source)
  const { clips, mode } = params
  if (clips === undefined) return { files: 1, size, durationS: sourceS }
  const lengths = clips.map((clip) => Math.max(0, Math.min(clip.end_time, sourceS) - clip.start_time))
  return { files: mode === 'separate' ? clips.length : 1, size, durationS: lengths.reduce((sum, s) => sum + s, 0) }
}

const FORMAT_NAMES = { mp4: 'MP4', mov: 'MOV', webm: 'WebM' } as const satisfies Record<ExportParams['format'], string>

const EFFECT_WORDS = {
  blur: 'the rest blurred around your players',
  spotlight: 'a spotlight on your players',
  ring: 'a ring around your players',
} as const satisfies Record<ExportParams['effect_type'], string>

/**
 * One plain sentence: "A reel of 3 clips, 0:12 long, 1080 × 1920 pixels, as MP4, with a spotlight on your players."
 * @param length the duration in the words of the page it stands on
 */
export function exportSentence(params: ExportParams, { files, size }: ExportForecast, length: string): string {
  const parts = [
    what(params, files),
    `${length} ${files > 1 ? 'in all' : 'long'}`,
    `${size.width} × ${size.height} pixels`,
    `as ${FORMAT_NAMES[params.format]}`,
  ]
  const extras = [
    ...(params.highlight_regions ? [EFFECT_WORDS[params.effect_type]] : []),
    ...(params.clips && params.burn_labels ? ['the names in the picture'] : []),
    ...(params.upscale ? [`${params.upscale_scale}× upscaling`] : []),
  ]
  const sentence = parts.join(', ')
  return extras.length > 0 ? `${sentence}, with ${listed(extras)}.` : `${sentence}.`
}

function what({ clips }: ExportParams, files: number): string {
  if (clips === undefined) return 'The whole video'
  if (files > 1) return `${files} separate clips`
  return clips.length === 1 ? 'One clip' : `A reel of ${clips.length} clips`
}

function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${last}` : last
}
