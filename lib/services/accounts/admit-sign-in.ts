import { and, eq, ne } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import type { Ctx } from '#lib/services/context.ts'
import { openWallet } from '#lib/services/wallet/open-wallet.ts'

/**
 * What every sign-in of a proven address makes sure of, so that an interrupted first one is repaired by the next: the wallet's accounts
 * exist, and addresses the operator named are admins.
 */
export async function admitSignIn({ ctx, input }: { ctx: Ctx; input: { userId: string } }): Promise<void> {
  await openWallet({ ctx, input })
  const [user] = await ctx.db.select({ email: users.email }).from(users).where(eq(users.id, input.userId))
  const admins = ctx.settings.adminEmails.map((email) => email.toLowerCase())
  if (!user || !admins.includes(user.email)) return
  await ctx.db
    .update(users)
    .set({ role: 'admin' })
    .where(and(eq(users.id, input.userId), ne(users.role, 'admin')))
}
