'use client'

import { useMemo } from 'react'
import { isLive } from '#app/_components/data/poll-delay.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { AnalysisList } from '#lib/contracts/api/jobs.ts'
import type { AnalysisKind } from '#lib/contracts/products.ts'
import { type PickedAnalysis, pickAnalysis } from './pick-analysis.ts'

const LIVE_MS = 3000
/** Presigned addresses live an hour. */
const RENEW_MS = 45 * 60 * 1000

export interface AnalysisState {
  /** Undefined while it is not known. */
  readonly picked: PickedAnalysis | undefined
  readonly error: unknown
  readonly refresh: () => void
}

/** What is known of the project's video, asked for again while something is being found out. Nothing is while the video still uploads. */
export function useAnalysis(kind: AnalysisKind): AnalysisState {
  const { asset } = useStudio()
  const path = asset.state === 'ready' ? `/api/assets/${encodeURIComponent(asset.id)}/analyses` : null
  const { data, error, mutate } = useApi(path, AnalysisList, {
    refreshInterval: (list) => (list?.analyses.some(({ state }) => isLive(state)) ? LIVE_MS : RENEW_MS),
  })
  const picked = useMemo(() => data && pickAnalysis(data.analyses, kind), [data, kind])
  return { picked, error: data ? undefined : error, refresh: () => void mutate() }
}
