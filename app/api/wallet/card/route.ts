import { route } from '#lib/platform/route.ts'
import { readWalletSettings } from '#lib/services/spending/read-wallet-settings.ts'
import { removeCards } from '#lib/services/spending/remove-cards.ts'

export const runtime = 'edge'

export const DELETE = route({ auth: 'user' }, async ({ ctx }) => {
  await removeCards({ ctx, input: { userId: ctx.userId } })
  return readWalletSettings({ ctx })
})
