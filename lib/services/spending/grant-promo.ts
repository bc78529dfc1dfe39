import { eq } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import { auditLog } from '#db/schema/operations.ts'
import { promoGrants } from '#db/schema/spending.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planPromo } from '#lib/core/ledger/plan-promo.ts'
import type { Ctx } from '#lib/services/context.ts'
import { insertTransfers } from '#lib/services/wallet/insert-transfers.ts'
import { openWallet } from '#lib/services/wallet/open-wallet.ts'
import { runBatch } from '#lib/services/wallet/run-batch.ts'

export interface PromoGrant {
  /** Permanent: the same id grants once, however often it is given. */
  grantId: string
  userId: string
  kind: 'admin' | 'first_visit'
  /** What can be claimed once by anyone, e.g. a mailbox; null when it cannot be claimed. */
  claimKey: string | null
  amountMicros: number
  reason: string
  actorId: string
}

/**
 * Gives promotional credit: grant, transfer and audit line in one batch. It is spent first and never refundable. `already` when this grant, or
 * this claim, was made before. Errors: not_found.
 */
export async function grantPromo({ ctx, input }: { ctx: Ctx; input: PromoGrant }): Promise<'granted' | 'already'> {
  const { grantId, userId, amountMicros, reason, actorId } = input
  const [user] = await ctx.db.select({ deletedAtMs: users.deletedAtMs }).from(users).where(eq(users.id, userId))
  if (!user || user.deletedAtMs !== null) throw new AppError('not_found', 'There is no such user.')
  await openWallet({ ctx, input: { userId } })
  const { grantId: id, ...grant } = input
  const line = { actorId, action: 'promo.grant', subjectId: userId, detail: `${amountMicros} micros: ${reason}` }
  const result = await runBatch(ctx, [
    ctx.db.insert(promoGrants).values({ id, ...grant, createdAtMs: ctx.nowMs() }),
    ...insertTransfers(ctx, planPromo({ userId, grantId, amountMicros })),
    ctx.db.insert(auditLog).values({ id: ctx.newId('aud'), ...line, atMs: ctx.nowMs() }),
  ])
  if (result.ok) return 'granted'
  const { outcome, meaning } = CONSTRAINTS[result.constraint]
  if (outcome !== 'done') throw new Error(`Grant ${grantId} cannot be booked: ${meaning}`)
  return 'already'
}
