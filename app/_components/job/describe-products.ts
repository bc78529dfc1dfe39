import { formatClock } from '#app/_components/format/format-duration.ts'
import type { QuoteView } from '#lib/contracts/api/jobs.ts'
import type { ProductKind } from '#lib/contracts/products.ts'

const DATA = {
  tracks: 'Tracks of every player and the ball',
  scenes: 'List of scenes with a score for every frame',
  crop_path: 'Crop keyframes',
} as const satisfies Partial<Record<ProductKind, string>>

/** What a quote's job will hand over: "1280 × 720 · 0:30", "3 clips · 640 × 360 · 0:12", "Tracks of every player and the ball". */
export function describeProducts({ products, output }: QuoteView): string {
  const clips = products.find(({ kind }) => kind === 'clip')?.count
  const data = products.flatMap(({ kind }) => (kind in DATA ? [DATA[kind as keyof typeof DATA]] : []))
  const video = output
    ? [
        ...(clips === undefined ? [] : [clips === 1 ? '1 clip' : `${clips} clips`]),
        `${output.width} × ${output.height}`,
        formatClock(output.duration_s),
      ]
    : []
  return [...video, ...data].join(' · ')
}
