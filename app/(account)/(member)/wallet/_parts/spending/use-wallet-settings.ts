'use client'

import { callApi } from '#app/_components/api-client.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { type ChangeWalletSettings, WalletSettingsView } from '#lib/contracts/api/spending.ts'

const PATH = '/api/wallet/settings'
/** While a card is being kept or charged, the page looks again. */
const SOON_MS = 3_000

export function useWalletSettings() {
  const { data, error, mutate } = useApi(PATH, WalletSettingsView, {
    refreshInterval: (view) => (view && (view.card_pending || view.auto_top_up.in_flight) ? SOON_MS : 0),
  })
  const show = (view: WalletSettingsView) => void mutate(view, { revalidate: false })
  return {
    data,
    error,
    retry: () => void mutate(),
    /** Throws what the server refused with. */
    change: async (input: ChangeWalletSettings) => show(await callApi('PATCH', PATH, WalletSettingsView, input)),
    removeCard: async () => show(await callApi('DELETE', '/api/wallet/card', WalletSettingsView)),
  }
}

export type ChangeSettings = (input: ChangeWalletSettings) => Promise<void>
