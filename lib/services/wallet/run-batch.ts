import type { BatchItem } from 'drizzle-orm/batch'
import { type ConstraintName, recogniseConstraint } from '#lib/core/ledger/constraints.ts'
import type { Ctx } from '#lib/services/context.ts'

export type BatchResult = { ok: true } | { ok: false; constraint: ConstraintName }

/**
 * Runs the statements as one atomic transaction. A refusal by a known guard comes back by its name (`CONSTRAINTS[name]` says what to
 * do about it); everything else is thrown, as it may mean that nobody knows whether the batch was applied.
 */
export async function runBatch(ctx: Ctx, statements: readonly BatchItem<'sqlite'>[]): Promise<BatchResult> {
  const [first, ...rest] = statements
  if (!first) return { ok: true }
  try {
    await ctx.db.batch([first, ...rest])
    return { ok: true }
  } catch (error) {
    const constraint = recogniseConstraint(error instanceof Error ? error.message : '')
    if (!constraint) throw error
    return { ok: false, constraint }
  }
}
