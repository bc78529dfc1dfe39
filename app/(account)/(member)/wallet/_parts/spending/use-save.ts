'use client'

import { useState } from 'react'

/** Runs one change at a time and keeps what it was refused with, for the form that asked. */
export function useSave(onDone: () => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
      onDone()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, save }
}
