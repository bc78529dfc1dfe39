'use client'

import useSWRInfinite from 'swr/infinite'
import type { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'

/** A list that is read page by page. `path` may carry its own query. */
export function usePages<Page extends { next_cursor: string | null }>(
  path: string,
  schema: z.ZodType<Page>,
  refreshInterval?: (pages: Page[] | undefined) => number,
) {
  const { data, error, isLoading, isValidating, size, setSize, mutate } = useSWRInfinite<Page, unknown>(
    (index: number, previous: Page | null) => {
      if (index === 0) return path
      if (!previous?.next_cursor) return null
      const joint = path.includes('?') ? '&' : '?'
      return `${path}${joint}cursor=${encodeURIComponent(previous.next_cursor)}`
    },
    (key: string) => callApi('GET', key, schema),
    { revalidateFirstPage: true, ...(refreshInterval ? { refreshInterval } : {}) },
  )
  return {
    pages: data,
    error,
    isLoading,
    mutate,
    isLoadingMore: isValidating && data !== undefined && size > data.length,
    hasMore: Boolean(data?.at(-1)?.next_cursor),
    loadMore: () => setSize(size + 1),
  }
}
