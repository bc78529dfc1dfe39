'use client'

import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { useSWRConfig } from 'swr'
import { callApi } from '#app/_components/api-client.ts'
import { WALLET_PATH } from '#app/_components/data/use-wallet.ts'
import { JobView } from '#lib/contracts/api/jobs.ts'

/** Accepts a quote once, however often the button is hit, and leads to the job; `onStarted` keeps the user where they are. */
export function useRun(onStarted?: (job: JobView) => void) {
  const router = useRouter()
  const { mutate } = useSWRConfig()
  const running = useRef(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async (quoteId: string) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    setError(null)
    try {
      const job = await callApi('POST', '/api/debit', JobView, { quote_id: quoteId })
      void mutate(WALLET_PATH)
      void mutate('/api/jobs')
      if (onStarted) onStarted(job)
      else router.push(`/jobs/${job.id}`)
    } catch (problem) {
      setError(problem)
      setBusy(false)
      running.current = false
    }
  }
  return { run, busy, error }
}
