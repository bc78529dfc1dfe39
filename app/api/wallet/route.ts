import { route } from '#lib/platform/route.ts'
import { readWallet } from '#lib/services/wallet/read-wallet.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user' }, async ({ ctx }) => readWallet({ ctx }))
