import type { AssetList } from '#lib/contracts/api/uploads.ts'

export const ASSETS_PATH = '/api/assets'
const CHECKING_MS = 2500

/** The library is asked for again only while a clip in it is being checked. */
export function assetListDelay(pages: AssetList[] | undefined): number {
  const checking = pages?.some((page) => page.assets.some((asset) => asset.state === 'checking'))
  return checking ? CHECKING_MS : 0
}
