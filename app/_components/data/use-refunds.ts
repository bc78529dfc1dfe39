'use client'

import { RefundsView } from '#lib/contracts/api/refunds.ts'
import { useApi } from './use-api.ts'

export const REFUNDS_PATH = '/api/wallet/refunds'
const MOVING_MS = 5000

/** What can go back and what is on its way; asked for again only while something is being sent. */
export function useRefunds() {
  return useApi(REFUNDS_PATH, RefundsView, {
    refreshInterval: (view) => (view?.refunds.some((refund) => refund.state === 'requested') ? MOVING_MS : 0),
  })
}
