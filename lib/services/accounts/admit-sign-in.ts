import { and, eq, ne } from 'drizzle-orm'
import { users, verificationTokens } from '#db/schema/accounts.ts'
import { auditLog } from '#db/schema/operations.ts'
import type { Ctx } from '#lib/services/context.ts'
import { grantFirstVisit } from '#lib/services/spending/grant-first-visit.ts'
import { openWallet } from '#lib/services/wallet/open-wallet.ts'
import { isNamedAdmin } from './set-role.ts'

/**
 * What every sign-in of a proven address makes sure of, so that an interrupted first one is repaired by the next: the wallet's accounts
 * exist, a first visit's credit is given, other links sent to the address are worthless, and addresses the operator named are
 * admins.
 */
export async function admitSignIn({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<void> {
  await openWallet({ ctx, input })
  await grantFirstVisit({ ctx, input })
  const [user] = await ctx.db
    .select({ email: users.email, role: users.role })
    .from(users)
    .where(eq(users.id, input.userId))
  if (!user) return
  // Links that were asked for besides: whoever reads that mailbox later finds nothing that still opens anything.
  await ctx.db.delete(verificationTokens).where(eq(verificationTokens.identifier, user.email))
  if (user.role === 'admin' || !isNamedAdmin(ctx, user.email)) return
  await ctx.db.batch([
    ctx.db
      .update(users)
      .set({ role: 'admin' })
      .where(and(eq(users.id, input.userId), ne(users.role, 'admin'))),
    ctx.db.insert(auditLog).values({
      id: ctx.newId('aud'),
      actorId: 'system',
      action: 'role_set',
      subjectId: input.userId,
      detail: `${user.role} to admin: ADMIN_EMAILS`,
      atMs: ctx.nowMs(),
    }),
  ])
}
