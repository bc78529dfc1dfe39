import { eq } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { mailboxOf } from '#lib/core/spending/mailbox.ts'
import type { Ctx } from '#lib/services/context.ts'
import { grantPromo } from './grant-promo.ts'

/**
 * The operator's credit for someone's first visit, once per mailbox, also after the account was deleted and made anew: the claim outlives it,
 * as an HMAC that tells nobody without our secret whose it is. Nothing when the operator gives none. For every sign-in: an interrupted first one is repaired by the next.
 */
export async function grantFirstVisit({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<void> {
  const amountMicros = ctx.settings.spending.firstVisitMicros
  if (amountMicros === 0) return
  const [user] = await ctx.db.select({ email: users.email }).from(users).where(eq(users.id, input.userId))
  if (!user) return
  const grant = {
    grantId: `first_visit:${input.userId}`,
    userId: input.userId,
    kind: 'first_visit' as const,
    amountMicros,
  }
  const claimKey = await fingerprint(ctx.settings.claimSecret, `first_visit:${mailboxOf(user.email)}`)
  await grantPromo({ ctx, input: { ...grant, claimKey, reason: 'Welcome', actorId: 'system' } })
}

async function fingerprint(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, encoder.encode(text))
  return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
