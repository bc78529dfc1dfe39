'use client'

import { useEffect, useState } from 'react'
import { isLive } from '#app/_components/data/poll-delay.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { AnalysisList, type AnalysisView } from '#lib/contracts/api/jobs.ts'
import type { LoadTracks, TracksNews } from './tracks-messages.ts'

const LIVE_MS = 2500

export type TracksStatus =
  | { readonly kind: 'asking' | 'none' | 'loading' | 'loaded' }
  | { readonly kind: 'running' | 'failed'; readonly jobId: string }
  | { readonly kind: 'unreachable'; readonly error: unknown }
  | { readonly kind: 'unreadable'; readonly why: 'network' | 'unreadable' }

/** Finds the video's tracks, follows the job that makes them, and loads them into the session. `refresh` asks again at once. */
export function useTracks(): { readonly status: TracksStatus; readonly refresh: () => void } {
  const { session, asset } = useStudio()
  const used = useSession((state) => state.history.document.tracks.asset_id)
  const loaded = useSession((state) => state.overlay.tracks?.jobId ?? null)
  const [round, setRound] = useState(0)
  const [failed, setFailed] = useState<'network' | 'unreadable' | null>(null)
  const path = asset.state === 'ready' ? `/api/assets/${encodeURIComponent(asset.id)}/analyses` : null
  const { data, error, mutate } = useApi(path, AnalysisList, {
    refreshInterval: (list) => (list?.analyses.some(({ state }) => isLive(state)) ? LIVE_MS : 0),
  })
  const tracks = (data?.analyses ?? []).filter(({ kind }) => kind === 'tracks')
  const wanted = chosen(tracks, used)
  const [jobId, url] = [wanted?.job_id, wanted?.product?.url]
  // Presigned addresses change with every answer; what is loaded, or being loaded, is not loaded anew because of it.
  const known = loaded !== null && loaded === jobId
  const hasUrl = Boolean(url)
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above; a new round tries again
  useEffect(() => {
    if (known || !jobId || !url) return undefined
    setFailed(null)
    return loadTracks({ assetId: asset.id, jobId, url }, (news) => {
      if ('failed' in news) setFailed(news.failed)
      else {
        session.setOverlay({ tracks: { jobId, packed: news.packed }, player: null })
        if (session.document.tracks.asset_id === null) session.edit({ type: 'use_tracks', asset_id: jobId })
      }
    })
  }, [jobId, hasUrl, known, round, asset.id, session])
  const refresh = () => {
    setRound((n) => n + 1)
    void mutate()
  }
  return { status: statusOf({ data, error, newest: tracks[0], wanted, known, failed }), refresh }
}

/** The ones the project uses already, else the newest that are there. */
function chosen(tracks: readonly AnalysisView[], used: string | null): AnalysisView | undefined {
  const there = tracks.filter(({ state, product }) => state === 'succeeded' && product?.url)
  return there.find(({ job_id }) => job_id === used) ?? there[0]
}

function statusOf(state: {
  readonly data: AnalysisList | undefined
  readonly error: unknown
  readonly newest: AnalysisView | undefined
  readonly wanted: AnalysisView | undefined
  readonly known: boolean
  readonly failed: 'network' | 'unreadable' | null
}): TracksStatus {
  const { data, error, newest, wanted, known, failed } = state
  if (known) return { kind: 'loaded' }
  if (failed) return { kind: 'unreadable', why: failed }
  if (wanted) return { kind: 'loading' }
  if (newest && isLive(newest.state)) return { kind: 'running', jobId: newest.job_id }
  if (newest?.state === 'failed') return { kind: 'failed', jobId: newest.job_id }
  if (data) return { kind: 'none' }
  return error ? { kind: 'unreachable', error } : { kind: 'asking' }
}

function loadTracks(order: LoadTracks, onNews: (news: TracksNews) => void): () => void {
  const worker = new Worker(new URL('./tracks-worker.ts', import.meta.url), { type: 'module', name: 'tracks' })
  worker.onmessage = ({ data }: MessageEvent<TracksNews>) => {
    onNews(data)
    worker.terminate()
  }
  worker.onerror = () => onNews({ failed: 'unreadable' })
  worker.postMessage(order)
  return () => worker.terminate()
}
