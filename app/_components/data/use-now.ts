'use client'

import { useEffect, useState } from 'react'

/** The time, renewed every `everyMs` while the tab is seen. Null on the server and in the first render, which must agree. */
export function useNow(everyMs: number): number | null {
  const [nowMs, setNowMs] = useState<number | null>(null)
  useEffect(() => {
    const tick = () => {
      if (!document.hidden) setNowMs(Date.now())
    }
    tick()
    const timer = setInterval(tick, everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return nowMs
}
