import type { MeView } from '#lib/contracts/api/account.ts'
import { route } from '#lib/platform/route.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user' }, async ({ user }): Promise<MeView> => {
  return { id: user.id, email: user.email, name: user.name, role: user.role }
})
