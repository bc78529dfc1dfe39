import type { ProductKind } from '#lib/contracts/products.ts'
import { TASKS, type TaskName } from '#lib/contracts/tasks/index.ts'
import { cleanFileName } from '#lib/core/uploads/clean-file-name.ts'

interface NamedProduct {
  name: string
  kind: ProductKind
  summary: Record<string, unknown>
}

const MAX_NAME = 255

/**
 * What a product is called when it is saved: `match.mov` upscaled to 1440 lines → `match upscale 1440p.mp4`, its tracks →
 * `match tracks.json.gz`, its second clip → `match 002 Goal.mp4`.
 */
export function productFileName({
  task,
  source,
  format,
  product,
}: {
  task: TaskName
  source: string
  format: string
  product: NamedProduct
}): string {
  const base = source.replace(/\.[^.]{1,5}$/, '')
  const { ending, words } = nameParts(task, format, product)
  const rest = ` ${words}${ending}`
  return base.slice(0, Math.max(1, MAX_NAME - rest.length)) + rest
}

function nameParts(task: TaskName, format: string, { name, kind, summary }: NamedProduct) {
  switch (kind) {
    case 'clip':
      return { words: `${name.slice('clip-'.length)} ${labelOf(summary)}`.trim(), ending: `.${format}` }
    case 'video':
      return { words: `${TASKS[task].label.toLowerCase()} ${linesOf(summary)}p`, ending: `.${format}` }
    case 'tracks':
    case 'scenes':
    case 'crop_path':
      return { words: kind.replace('_', ' '), ending: '.json.gz' }
    case 'poster':
    case 'filmstrip':
      return { words: kind, ending: '.jpg' }
    case 'waveform':
      return { words: kind, ending: '.bin' }
    default:
      return { words: kind, ending: '.mp4' }
  }
}

function labelOf(summary: Record<string, unknown>): string {
  const { label = '' } = (summary.clip ?? {}) as { label?: string }
  return cleanFileName(label.replaceAll(/[\s\\/]+/g, ' ').slice(0, 80))
}

function linesOf(summary: Record<string, unknown>): number {
  return ((summary.facts ?? {}) as { height?: number }).height ?? 0
}
