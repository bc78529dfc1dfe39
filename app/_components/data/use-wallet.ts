'use client'

import { WalletView } from '#lib/contracts/api/wallet.ts'
import { useApi } from './use-api.ts'

export const WALLET_PATH = '/api/wallet'

export function useWallet() {
  return useApi(WALLET_PATH, WalletView)
}
