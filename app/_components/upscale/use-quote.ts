'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { QuoteView } from '#lib/contracts/api/jobs.ts'
import type { TaskName } from '#lib/contracts/tasks/index.ts'

/** A slider in motion asks once, when it rests. */
const REST_MS = 350

export interface QuoteState {
  /** The latest quote; while `stale` it belongs to earlier settings. */
  quote: QuoteView | null
  stale: boolean
  error: unknown
  refresh: () => void
}

/**
 * Keeps a quote for these settings. The last settings win, whatever order answers come in. `tracksJobId`: whose tracks to go by; without
 * it the video's latest.
 */
export function useQuote(
  assetId: string,
  params: Record<string, unknown>,
  task: TaskName = 'upscale',
  tracksJobId?: string,
): QuoteState {
  const [quote, setQuote] = useState<QuoteView | null>(null)
  const [stale, setStale] = useState(true)
  const [error, setError] = useState<unknown>(null)
  const [round, setRound] = useState(0)
  const sequence = useRef(0)
  const wanted = JSON.stringify(params)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again for the same settings
  useEffect(() => {
    sequence.current += 1
    const mine = sequence.current
    setStale(true)
    const timer = setTimeout(async () => {
      const body = { asset_id: assetId, task, params: JSON.parse(wanted), tracks_job_id: tracksJobId }
      try {
        const fresh = await callApi('POST', '/api/quotes', QuoteView, body)
        if (mine !== sequence.current) return
        setQuote(fresh)
        setError(null)
        setStale(false)
      } catch (problem) {
        if (mine === sequence.current) setError(problem)
      }
    }, REST_MS)
    return () => clearTimeout(timer)
  }, [assetId, task, wanted, tracksJobId, round])

  const refresh = useCallback(() => setRound((n) => n + 1), [])
  return { quote, stale, error, refresh }
}
