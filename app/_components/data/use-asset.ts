'use client'

import { AssetView } from '#lib/contracts/api/uploads.ts'
import { useApi } from './use-api.ts'

const CHECKING_MS = 2000
/** Presigned addresses live an hour. */
const RENEW_MS = 45 * 60 * 1000

export function assetPath(id: string): string {
  return `/api/assets/${encodeURIComponent(id)}`
}

/** While its headers are read, or a version that plays is made. */
function isChanging(asset: AssetView | undefined): boolean {
  return asset?.state === 'checking' || asset?.state === 'uploading' || asset?.preparation === 'pending'
}

/** One clip; asked for again while its headers are read, and before its addresses expire. */
export function useAsset(id: string) {
  return useApi(assetPath(id), AssetView, {
    // A new address would restart a playing video, so coming back to the tab is no reason to ask.
    revalidateOnFocus: false,
    refreshInterval: (asset) => (isChanging(asset) ? CHECKING_MS : RENEW_MS),
  })
}
