import { SetRole } from '#lib/contracts/api/account.ts'
import { route } from '#lib/platform/route.ts'
import { listStaff } from '#lib/services/accounts/list-staff.ts'
import { setRole } from '#lib/services/accounts/set-role.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'admin' }, async ({ ctx }) => listStaff({ ctx }))

export const POST = route({ auth: 'admin', body: SetRole }, async ({ ctx, body }) => {
  await setRole({ ctx, input: body })
  return await listStaff({ ctx })
})
