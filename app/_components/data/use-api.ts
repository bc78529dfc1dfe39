'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import useSWR, { type SWRConfiguration } from 'swr'
import type { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'
import { AppError } from '#lib/contracts/errors.ts'

/** Reads one resource; a lost login leads to the sign-in page and back. `path` null means "not yet". */
export function useApi<Schema extends z.ZodType>(
  path: string | null,
  schema: Schema,
  options: SWRConfiguration<z.infer<Schema>, unknown> = {},
) {
  const result = useSWR<z.infer<Schema>, unknown>(path, (key: string) => callApi('GET', key, schema), {
    shouldRetryOnError: (error: unknown) => error instanceof AppError && error.status >= 500,
    errorRetryCount: 4,
    ...options,
  })
  useSignInWhenLost(result.error)
  return result
}

function useSignInWhenLost(error: unknown): void {
  const router = useRouter()
  const lost = error instanceof AppError && error.code === 'unauthenticated'
  useEffect(() => {
    if (!lost) return
    const back = `${window.location.pathname}${window.location.search}`
    router.push(`/sign-in?callbackUrl=${encodeURIComponent(back)}`)
  }, [lost, router])
}
