import { and, eq, inArray } from 'drizzle-orm'
import { disputes, transfers } from '#db/schema/ledger.ts'
import { owedMicros, userAccountId } from '#lib/core/ledger/accounts.ts'
import { CONSTRAINTS } from '#lib/core/ledger/constraints.ts'
import {
  type DisputeEvent,
  disputeEventOf,
  disputeStateAfter,
  disputeStatesMovedBy,
} from '#lib/core/ledger/dispute-machine.ts'
import { planGivenBack } from '#lib/core/ledger/plan-given-back.ts'
import { planTakenBack } from '#lib/core/ledger/plan-taken-back.ts'
import { splitGross } from '#lib/core/ledger/split-tax.ts'
import { centsToMicros } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import { findPaidTopUp } from './find-paid-top-up.ts'
import { insertTransfers } from './insert-transfers.ts'
import { readBalance } from './read-balance.ts'
import { runBatch } from './run-batch.ts'
import { PaymentMismatch, type TopUp } from './stripe-events/match-top-up.ts'

/** A dispute as Stripe has it. */
export interface DisputeClaim {
  disputeId: string
  chargeId: string
  paymentIntentId: string | null
  /** Stripe's word. */
  status: string
  reason: string | null
  amountCents: number
  currency: string
  evidenceDueAtMs: number | null
  /** Its movements of our balance at Stripe, oldest first, in signed cents and without the fee, which is ours. */
  movements: readonly { id: string; amountCents: number }[]
}

const PLANS = 5

type Dispute = typeof disputes.$inferSelect

/**
 * Makes our books agree with a dispute, whichever of its events comes first, late or again. Its state moves one way and freezes or frees the
 * user by a trigger; its money is its balance transactions, each booked once under its own id. Frozen before the money moves, freed after.
 */
export async function bookDispute({
  ctx,
  input,
}: {
  ctx: Ctx
  input: DisputeClaim
}): Promise<{ outcome: 'ignored' } | { outcome: 'done'; dispute: Dispute }> {
  const event = disputeEventOf(input.status)
  if (event === null) throw new Error(`Dispute ${input.disputeId} is ${input.status} at Stripe, which is new to us`)
  const topUp = await findPaidTopUp({ ctx, input: { paymentIntentId: input.paymentIntentId } })
  if (!topUp) return { outcome: 'ignored' }
  if (input.currency !== 'usd') throw new PaymentMismatch(`Dispute ${input.disputeId} is in ${input.currency}`)
  const dispute = await ensureDispute(ctx, topUp, input, event)
  if (event === 'charged_back') await moveDispute(ctx, dispute.id, input, event)
  for (const movement of input.movements) await bookMovement(ctx, topUp, dispute.id, movement)
  return { outcome: 'done', dispute: await moveDispute(ctx, dispute.id, input, event) }
}

/** A chargeback that we first hear of when it has ended begins open: nothing is spent until its money is booked. */
async function ensureDispute(ctx: Ctx, topUp: TopUp, claim: DisputeClaim, event: DisputeEvent): Promise<Dispute> {
  await ctx.db
    .insert(disputes)
    .values({
      id: ctx.newId('dsp'),
      userId: topUp.userId,
      stripeDisputeId: claim.disputeId,
      chargeId: claim.chargeId,
      topUpId: topUp.id,
      state: event === 'lost' || event === 'won' ? 'open' : disputeStateAfter(event),
      status: claim.status,
      reason: claim.reason,
      amountMicros: centsToMicros(claim.amountCents),
      evidenceDueAtMs: claim.evidenceDueAtMs,
      createdAtMs: ctx.nowMs(),
      updatedAtMs: ctx.nowMs(),
    })
    .onConflictDoNothing({ target: disputes.stripeDisputeId })
  const [row] = await ctx.db.select().from(disputes).where(eq(disputes.stripeDisputeId, claim.disputeId))
  if (!row) throw new Error(`Dispute ${claim.disputeId} was not stored`)
  return row
}

async function moveDispute(ctx: Ctx, id: string, claim: DisputeClaim, event: DisputeEvent): Promise<Dispute> {
  const state = disputeStateAfter(event)
  const from = [...disputeStatesMovedBy(event), state]
  await ctx.db
    .update(disputes)
    .set({ state, status: claim.status, evidenceDueAtMs: claim.evidenceDueAtMs, updatedAtMs: ctx.nowMs() })
    .where(and(eq(disputes.id, id), inArray(disputes.state, from)))
  const [row] = await ctx.db.select().from(disputes).where(eq(disputes.id, id))
  if (!row) throw new Error(`Dispute ${id} is gone`)
  return row
}

async function bookMovement(
  ctx: Ctx,
  topUp: TopUp,
  disputeId: string,
  movement: DisputeClaim['movements'][number],
): Promise<void> {
  if (movement.amountCents === 0) return
  for (let plans = 0; plans < PLANS; plans++) {
    if (await isBooked(ctx, movement.id)) return
    const drafts = await planMovement(ctx, topUp, disputeId, movement)
    const result = await runBatch(ctx, insertTransfers(ctx, drafts))
    if (result.ok) return
    const { outcome, meaning } = CONSTRAINTS[result.constraint]
    if (outcome === 'done') return
    if (outcome === 'bug') throw new Error(`${movement.id} of dispute ${disputeId} cannot be booked: ${meaning}`)
  }
  throw new Error(`${movement.id} of dispute ${disputeId} could not be booked: the user's balance kept changing`)
}

async function isBooked(ctx: Ctx, movementId: string): Promise<boolean> {
  return (await ctx.db.$count(transfers, eq(transfers.idempotencyKey, `dispute:${movementId}`))) > 0
}

async function planMovement(ctx: Ctx, topUp: TopUp, disputeId: string, movement: { id: string; amountCents: number }) {
  const { userId, amountCents, taxCents } = topUp
  const share = splitGross(Math.abs(movement.amountCents), { creditCents: amountCents, taxCents })
  const input = {
    userId,
    cause: { kind: 'dispute', id: disputeId },
    idempotencyKey: `dispute:${movement.id}`,
    amountMicros: centsToMicros(share.creditCents),
    taxMicros: centsToMicros(share.taxCents),
  } as const
  const read = (account: 'available' | 'receivable') =>
    readBalance({ ctx, input: { accountId: userAccountId(userId, account) } })
  return movement.amountCents < 0
    ? planTakenBack({ ...input, availableMicros: await read('available') })
    : planGivenBack({ ...input, owedMicros: owedMicros({ receivable: await read('receivable') }) })
}
