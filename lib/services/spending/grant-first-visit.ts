import { eq } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { mailboxOf } from '#lib/core/spending/mailbox.ts'
import type { Ctx } from '#lib/services/context.ts'
import { grantPromo } from './grant-promo.ts'

/**
 * The operator's credit for someone's first visit, once per mailbox, also after the account was deleted and made anew: the claim is a hash that
 * outlives it. Nothing when the operator gives none. For every sign-in: an interrupted first one is repaired by the next.
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
  const claimKey = await hash(`first_visit:${mailboxOf(user.email)}`)
  await grantPromo({ ctx, input: { ...grant, claimKey, reason: 'Welcome', actorId: 'system' } })
}

async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
