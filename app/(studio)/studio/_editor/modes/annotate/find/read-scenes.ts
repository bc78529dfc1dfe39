import { AppError } from '#lib/contracts/errors.ts'
import type { ProductView } from '#lib/contracts/products.ts'
import { ScenesFile } from '#lib/contracts/tasks/detect-scenes.ts'
import type { ScoredFrames } from '#lib/core/scenes/split-scenes.ts'

/** Fetches and unpacks the scores of a video's frames. Throws AppError `not_found` when they are deleted, `unavailable` when they cannot be read. */
export async function readScenes({ url }: Pick<ProductView, 'url'>): Promise<ScoredFrames> {
  if (url === null) throw new AppError('not_found', 'these scenes were deleted')
  const response = await fetch(url).catch(() => null)
  if (!response?.ok || !response.body) throw new AppError('unavailable', 'the scenes could not be fetched')
  const unpacked = new Response(response.body.pipeThrough(new DecompressionStream('gzip')))
  const file = ScenesFile.safeParse(await unpacked.json().catch(() => null))
  if (!file.success) throw new AppError('unavailable', 'the scenes arrived damaged')
  const { scores, times, scenes } = file.data
  return { scores, times, endTime: scenes.at(-1)?.end_time ?? times.at(-1) ?? 0 }
}
