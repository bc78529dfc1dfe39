import type Stripe from 'stripe'
import type { PageParams } from '#lib/local/stripe/params/retrieve.ts'
import { badParameter, noSuch } from '#lib/local/stripe/wire/errors.ts'

const DEFAULT_LIMIT = 10

export interface ListObject<T> {
  object: 'list'
  data: T[]
  has_more: boolean
  url: string
}

/**
 * One page of a list, newest first (https://docs.stripe.com/api/pagination).
 * @throws RequestError 400 when a cursor is not in the list
 */
export function listPage<T extends { id: string }>(
  items: readonly T[],
  url: string,
  params: PageParams,
): ListObject<T> {
  const { limit = DEFAULT_LIMIT, starting_after, ending_before } = params
  if (starting_after !== undefined && ending_before !== undefined) {
    throw badParameter('ending_before', 'You may only specify one of these parameters: ending_before, starting_after.')
  }
  const cursor = (id: string, param: string) => {
    const index = items.findIndex((item) => item.id === id)
    if (index < 0) throw noSuch('object', id, param)
    return index
  }
  if (ending_before !== undefined) {
    const end = cursor(ending_before, 'ending_before')
    const start = Math.max(0, end - limit)
    return { object: 'list', data: items.slice(start, end), has_more: start > 0, url }
  }
  const start = starting_after === undefined ? 0 : cursor(starting_after, 'starting_after') + 1
  return { object: 'list', data: items.slice(start, start + limit), has_more: start + limit < items.length, url }
}

export function createdWithin(created: number, range: Stripe.RangeQueryParam | number | undefined): boolean {
  if (range === undefined) return true
  if (typeof range === 'number') return created === range
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range
  return created > gt && created >= gte && created < lt && created <= lte
}

/** True when no filter is given, or it is met. */
export function matches(filter: string | undefined, value: string | null): boolean {
  return filter === undefined || filter === value
}
