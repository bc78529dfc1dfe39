import { ConfirmDeletion } from '#lib/contracts/api/account.ts'
import { route } from '#lib/platform/route.ts'
import { deleteAccount } from '#lib/services/accounts/deletion/delete-account.ts'
import { previewDeletion } from '#lib/services/accounts/deletion/preview-deletion.ts'
import { advanceDeletion } from '#lib/services/accounts/deletion/reconcile-deletions.ts'
import { clearedSessionCookie, readSessionCookie } from '#lib/services/accounts/session-cookie.ts'

export const runtime = 'edge'

export const GET = route({ auth: 'user' }, async ({ ctx, request }) => {
  const token = readSessionCookie(ctx.settings.appUrl, request.headers.get('cookie'))
  return await previewDeletion({ ctx, input: { token } })
})

export const POST = route({ auth: 'user', body: ConfirmDeletion }, async ({ ctx, body, request }) => {
  const token = readSessionCookie(ctx.settings.appUrl, request.headers.get('cookie'))
  await deleteAccount({ ctx, input: { ...body, token } })
  // Most accounts are small and gone with this request; the reconciler finishes the others, and whatever fails here.
  await advanceDeletion({ ctx }).catch((error: unknown) => {
    ctx.log('warn', 'a deletion is left to the reconciler', { userId: ctx.userId, error: String(error) })
  })
  return new Response(null, { status: 204, headers: { 'set-cookie': clearedSessionCookie(ctx.settings.appUrl) } })
})
