import { type MeView, RenameMe } from '#lib/contracts/api/account.ts'
import { route } from '#lib/platform/route.ts'
import { renameMe } from '#lib/services/accounts/rename-me.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user' }, async ({ user }): Promise<MeView> => {
  return { id: user.id, email: user.email, name: user.name, role: user.role }
})

export const PATCH = route({ auth: 'user', body: RenameMe }, async ({ ctx, body }) => renameMe({ ctx, input: body }))
