import { ChangeWalletSettings } from '#lib/contracts/api/spending.ts'
import { route } from '#lib/platform/route.ts'
import { changeWalletSettings } from '#lib/services/spending/change-wallet-settings.ts'
import { readWalletSettings } from '#lib/services/spending/read-wallet-settings.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user' }, async ({ ctx }) => readWalletSettings({ ctx }))

export const PATCH = route({ auth: 'user', body: ChangeWalletSettings }, async ({ ctx, body }) =>
  changeWalletSettings({ ctx, input: body }),
)
