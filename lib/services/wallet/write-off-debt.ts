import { auditLog } from '#db/schema/operations.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { owedMicros, userAccountId } from '#lib/core/ledger/accounts.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import { planWriteOff } from '#lib/core/ledger/plan-write-off.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { insertTransfers } from './insert-transfers.ts'
import { readBalance } from './read-balance.ts'
import { runBatch } from './run-batch.ts'

const PLANS = 5

/**
 * Gives up all that a user owes (what a chargeback took after it was spent), once per decision; the decision and its reason are audited in the
 * same batch. `ctx` is the admin's. Errors: not_found when nothing is owed.
 */
export async function writeOffDebt({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: { userId: string; decisionId: string; reason: string }
}): Promise<{ writtenOffMicros: number }> {
  const { userId, decisionId, reason } = input
  for (let plans = 0; plans < PLANS; plans++) {
    const receivable = await readBalance({ ctx, input: { accountId: userAccountId(userId, 'receivable') } })
    const writtenOffMicros = owedMicros({ receivable })
    if (writtenOffMicros === 0) throw new AppError('not_found', 'This user owes nothing.')
    const drafts = planWriteOff({ userId, decisionId, owedMicros: writtenOffMicros })
    const audit = ctx.db.insert(auditLog).values({
      id: ctx.newId('aud'),
      actorId: ctx.userId,
      action: 'debt.write_off',
      subjectId: userId,
      detail: `${writtenOffMicros} micros: ${reason}`,
      atMs: ctx.nowMs(),
    })
    const result = await runBatch(ctx, [...insertTransfers(ctx, drafts), audit])
    if (result.ok) return { writtenOffMicros }
    const { outcome, meaning } = CONSTRAINTS[result.constraint]
    if (outcome === 'done') return { writtenOffMicros: 0 }
    if (outcome === 'bug') throw new Error(`The debt of ${userId} cannot be written off: ${meaning}`)
  }
  throw new Error(`The debt of ${userId} could not be written off: it kept changing`)
}
