import type { UserCtx } from '#lib/services/context.ts'
import { grantPromo } from '#lib/services/spending/grant-promo.ts'

const GRANTS = [30_000, 12_345]

/** Gives one of two grants, each of which counts once however often it is given. */
export async function grant(ctx: UserCtx, pick: number): Promise<void> {
  const { userId } = ctx
  const index = pick % GRANTS.length
  const input = {
    grantId: `grant_${userId}_${index}`,
    kind: 'admin',
    claimKey: null,
    reason: 'test',
    actorId: 'admin',
  } as const
  await grantPromo({ ctx, input: { ...input, userId, amountMicros: GRANTS[index] ?? 1 } })
}
