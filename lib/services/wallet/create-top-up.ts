import { and, eq, isNull, sql } from 'drizzle-orm'
import { topUps } from '#db/schema/ledger.ts'
import type { CreateTopUp, TopUpView } from '#lib/contracts/api/wallet.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { checkRateLimit } from '#lib/services/accounts/check-rate-limit.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { ensureCustomer } from './ensure-customer.ts'
import { openWallet } from './open-wallet.ts'
import { topUpView } from './top-up-view.ts'

type TopUp = typeof topUps.$inferSelect

const HOUR_MS = 3_600_000
/** How long a Checkout page can be paid. Fixed from the click, because a retry must ask Stripe for exactly the same. */
export const CHECKOUT_TTL_MS = 2 * HOUR_MS
/** Stripe takes no page that would expire within 30 minutes. */
const SHORTEST_CHECKOUT_MS = 35 * 60_000

/**
 * Opens a hosted payment page. The same click always gets the same top-up and page, also twice at once and after a crash between our
 * row and Stripe's page. Nothing is credited here: that is the webhook's.
 * Errors: rate_limited, invalid_request (the click was used for another amount), payment_provider.
 */
export async function createTopUp({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: CreateTopUp & { address: string | null }
}): Promise<TopUpView> {
  const topUp = (await findTopUp(ctx, input.click_id)) ?? (await insertTopUp(ctx, input))
  if (topUp.amountCents !== input.amount_cents) {
    throw new AppError('invalid_request', 'This click was for another amount. Reload the page and try again.', {
      field: 'click_id',
    })
  }
  if (topUp.state !== 'created') return topUpView(topUp)
  return topUpView(await openCheckout(ctx, topUp))
}

async function insertTopUp(ctx: UserCtx, input: CreateTopUp & { address: string | null }): Promise<TopUp> {
  await checkRateLimit({ ctx, input: { key: `top_up:${ctx.userId}`, ...ctx.settings.rateLimits['top_up.user'] } })
  if (input.address) {
    const key = `top_up_address:${input.address}`
    await checkRateLimit({ ctx, input: { key, ...ctx.settings.rateLimits['top_up.ip'] } })
  }
  await openWallet({ ctx, input: { userId: ctx.userId } })
  const nowMs = ctx.nowMs()
  await ctx.db
    .insert(topUps)
    .values({
      id: ctx.newId('top'),
      userId: ctx.userId,
      source: 'checkout',
      state: 'created',
      amountCents: input.amount_cents,
      clickId: input.click_id,
      cardState: input.save_card ? 'asked' : null,
      livemode: ctx.payments.livemode,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .onConflictDoNothing({ target: [topUps.userId, topUps.clickId] })
  return existing(await findTopUp(ctx, input.click_id))
}

async function openCheckout(ctx: UserCtx, topUp: TopUp): Promise<TopUp> {
  const expiresAtMs = topUp.createdAtMs + CHECKOUT_TTL_MS
  if (expiresAtMs - ctx.nowMs() < SHORTEST_CHECKOUT_MS) {
    throw new AppError('payment_provider', 'This top-up was never opened and is too old now. Start a new one.')
  }
  const customerId = await ensureCustomer({ ctx })
  const { appUrl } = ctx.settings
  const session = await ctx.payments.createCheckout({
    topUpId: topUp.id,
    userId: ctx.userId,
    customerId,
    amountCents: topUp.amountCents,
    saveCard: topUp.cardState !== null,
    successUrl: `${appUrl}/wallet/top-up/${topUp.id}`,
    cancelUrl: `${appUrl}/wallet?add=1`,
    expiresAtMs,
    idempotencyKey: `checkout_${topUp.id}`,
  })
  // A webhook may have been faster than this write: it only adds, and moves `created` alone.
  await ctx.db
    .update(topUps)
    .set({
      checkoutSessionId: session.id,
      checkoutUrl: session.url,
      state: sql`iif(${topUps.state} = 'created', 'open', ${topUps.state})`,
      updatedAtMs: ctx.nowMs(),
    })
    .where(and(eq(topUps.id, topUp.id), isNull(topUps.checkoutUrl)))
  return existing(await findTopUp(ctx, topUp.clickId))
}

async function findTopUp(ctx: UserCtx, clickId: string): Promise<TopUp | undefined> {
  const [row] = await ctx.db
    .select()
    .from(topUps)
    .where(and(eq(topUps.userId, ctx.userId), eq(topUps.clickId, clickId)))
  return row
}

function existing(row: TopUp | undefined): TopUp {
  if (!row) throw new AppError('internal', 'The top-up was not stored. Try again.')
  return row
}
