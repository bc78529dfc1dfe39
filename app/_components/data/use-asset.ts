'use client'

import { AssetView } from '#lib/contracts/api/uploads.ts'
import { useApi } from './use-api.ts'

const CHECKING_MS = 2000
/** Presigned addresses live an hour. */
const RENEW_MS = 45 * 60 * 1000

export function assetPath(id: string): string {
  return `/api/assets/${encodeURIComponent(id)}`
}

/** One clip; asked for again while its headers are read, and before its addresses expire. */
export function useAsset(id: string) {
  return useApi(assetPath(id), AssetView, {
    // A new address would restart a playing video, so coming back to the tab is no reason to ask.
    revalidateOnFocus: false,
    refreshInterval: (asset) => (asset?.state === 'checking' || asset?.state === 'uploading' ? CHECKING_MS : RENEW_MS),
  })
}
