import { AppError } from '#lib/contracts/errors.ts'
import type { ProductView } from '#lib/contracts/products.ts'
import { AutoCropResult } from '#lib/contracts/tasks/auto-crop.ts'

/** Fetches and unpacks what auto-crop found. Throws AppError `not_found` when it is deleted, `unavailable` when it cannot be fetched. */
export async function readCropPath(product: Pick<ProductView, 'url'>): Promise<AutoCropResult> {
  if (product.url === null) throw new AppError('not_found', 'this camera path was deleted')
  const response = await fetch(product.url).catch(() => null)
  if (!response?.ok || !response.body) throw new AppError('unavailable', 'the camera path could not be fetched')
  const unpacked = response.body.pipeThrough(new DecompressionStream('gzip'))
  return AutoCropResult.parse(await new Response(unpacked).json())
}
