'use client'

import { useEffect, useState } from 'react'
import type { TransferKind } from '#lib/contracts/api/wallet.ts'

/** What someone chose to see; empty texts choose nothing. */
export interface StatementChoice {
  kind: 'all' | TransferKind
  /** `2026-11-21`, a day where the reader is. */
  from: string
  to: string
  search: string
}

export const EVERYTHING: StatementChoice = { kind: 'all', from: '', to: '', search: '' }
const TYPING_MS = 300

/** The choice as a query, a moment after the last letter. */
export function useStatementQuery(choice: StatementChoice): string {
  const wanted = queryOf(choice)
  const [query, setQuery] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setQuery(wanted), TYPING_MS)
    return () => clearTimeout(timer)
  }, [wanted])
  return query
}

export function queryOf({ kind, from, to, search }: StatementChoice): string {
  const parameters = new URLSearchParams()
  const [fromMs, toMs] = [startOfDay(from, 0), startOfDay(to, 1)]
  if (kind !== 'all') parameters.set('kind', kind)
  if (fromMs !== null) parameters.set('from_ms', `${fromMs}`)
  if (toMs !== null) parameters.set('to_ms', `${toMs}`)
  if (search.trim() !== '') parameters.set('search', search.trim())
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

/** Midnight where the reader is, so many days after that one; null for no day. */
function startOfDay(day: string, daysAfter: number): number | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? []
  if (year === undefined) return null
  return new Date(Number(year), Number(month) - 1, Number(date) + daysAfter).getTime()
}
