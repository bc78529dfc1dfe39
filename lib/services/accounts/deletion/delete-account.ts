import { and, eq, exists, isNull, lte, not, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { accountDeletions, oauthAccounts, sessions, users, verificationTokens } from '#db/schema/accounts.ts'
import { ledgerAccounts } from '#db/schema/ledger.ts'
import { auditLog, rateLimits } from '#db/schema/operations.ts'
import { savedCards, walletSettings } from '#db/schema/spending.ts'
import type { ConfirmDeletion } from '#lib/contracts/api/account.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { isRecentSignIn } from '#lib/services/accounts/recent-sign-in.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { closedAddress } from './closed-address.ts'
import { closedMail } from './closed-mail.ts'
import { openMatters, readOpenMatters } from './open-matters.ts'

/**
 * Closes the account in one batch: from here on nobody can sign in, spend or upload, every session is over and the address is free. What
 * else there is to do is the reconciler's (docs/decisions/014-accounts.md). Asking again for an account that is closed changes nothing.
 * Throws AppError `sign_in_again`, `invalid_request` (another address was typed), `account_not_deletable`, `credit_left` (there is more
 * credit than was shown), `not_found`.
 */
export async function deleteAccount({
  ctx,
  input,
}: {
  ctx: UserCtx
  input: ConfirmDeletion & { token: string | null }
}): Promise<void> {
  if (!(await isRecentSignIn({ ctx, input }))) {
    throw new AppError('sign_in_again', 'Sign in once more to show that it is you, then delete the account.')
  }
  const [user] = await ctx.db
    .select({ email: users.email })
    .from(users)
    .where(and(eq(users.id, ctx.userId), isNull(users.deletedAtMs)))
  if (!user) throw new AppError('not_found', 'This account does not exist.')
  if (input.email !== user.email) {
    throw new AppError('invalid_request', 'That is not the address of this account.', { field: 'email' })
  }
  const [confirmed] = await ctx.db.batch([
    insertDeletion(ctx, input.forfeit_micros).returning({ userId: accountDeletions.userId }),
    ...closing(ctx, user.email),
  ])
  if (confirmed.length === 0) {
    // Another request of the same click was first.
    if (await isClosed(ctx)) return
    throw await refusal(ctx)
  }
  await sendClosedMail(ctx, user.email)
}

/** The row that all else hangs on, if nothing is open and no more credit is there than the person was shown. */
function insertDeletion(ctx: UserCtx, forfeitMicros: number) {
  const { db } = ctx
  const nowMs = ctx.nowMs()
  const credit = db
    .select({ micros: sql`coalesce(sum(${ledgerAccounts.balanceMicros}), 0)` })
    .from(ledgerAccounts)
    .where(and(eq(ledgerAccounts.userId, users.id), sql`${ledgerAccounts.kind} IN ('available', 'held', 'promo')`))
  const nothingOpen = Object.values(openMatters(ctx)).map((matter) => not(matter))
  return db
    .insert(accountDeletions)
    .select(
      db
        .select({
          userId: users.id,
          state: sql<'ending_jobs'>`'ending_jobs'`.as('state'),
          forfeitMicros: sql<number>`${forfeitMicros}`.as('forfeit_micros'),
          confirmedAtMs: sql<number>`${nowMs}`.as('confirmed_at_ms'),
          updatedAtMs: sql<number>`${nowMs}`.as('updated_at_ms'),
          finishedAtMs: sql<number | null>`NULL`.as('finished_at_ms'),
        })
        .from(users)
        .where(
          and(
            eq(users.id, ctx.userId),
            isNull(users.deletedAtMs),
            lte(sql`(${credit})`, forfeitMicros),
            ...nothingOpen,
          ),
        ),
    )
    .onConflictDoNothing()
}

/** Every statement asks for the deletion's row: where it was refused, none does anything. */
function closing(ctx: UserCtx, email: string): BatchItem<'sqlite'>[] {
  const { db, userId } = ctx
  const nowMs = ctx.nowMs()
  const confirmed = exists(db.select({ one: sql`1` }).from(accountDeletions).where(eq(accountDeletions.userId, userId)))
  const ifConfirmed = (condition: SQL | undefined) => and(condition, confirmed)
  const closed = { email: closedAddress(userId), name: null, image: null, emailVerified: null, role: 'user' as const }
  return [
    db.insert(auditLog).select(
      db
        .select({
          id: sql<string>`${ctx.newId('aud')}`.as('id'),
          actorId: users.id,
          action: sql<string>`'account_deleted'`.as('action'),
          subjectId: sql<string>`${users.id}`.as('subject_id'),
          detail: sql<string | null>`NULL`.as('detail'),
          atMs: sql<number>`${nowMs}`.as('at_ms'),
        })
        .from(users)
        .where(ifConfirmed(and(eq(users.id, userId), isNull(users.deletedAtMs)))),
    ),
    db
      .update(users)
      .set({ ...closed, deletedAtMs: nowMs })
      .where(ifConfirmed(and(eq(users.id, userId), isNull(users.deletedAtMs)))),
    db.delete(sessions).where(ifConfirmed(eq(sessions.userId, userId))),
    db.delete(oauthAccounts).where(ifConfirmed(eq(oauthAccounts.userId, userId))),
    db.delete(verificationTokens).where(ifConfirmed(eq(verificationTokens.identifier, email))),
    // No card is charged, and no mail about money is sent, for an account that is closed; Stripe forgets the card next.
    db.delete(walletSettings).where(ifConfirmed(eq(walletSettings.userId, userId))),
    db
      .update(savedCards)
      .set({ state: 'removing' })
      .where(ifConfirmed(and(eq(savedCards.userId, userId), eq(savedCards.state, 'active')))),
    // Its key names the address (app/api/auth/handle-auth.ts). Only who reads that mailbox can have it counted anew like this.
    db.delete(rateLimits).where(ifConfirmed(eq(rateLimits.key, `sign_in_mail:${email}`))),
  ]
}

async function isClosed(ctx: UserCtx): Promise<boolean> {
  const rows = await ctx.db.select().from(accountDeletions).where(eq(accountDeletions.userId, ctx.userId))
  return rows.length > 0
}

async function refusal(ctx: UserCtx): Promise<AppError> {
  const blocks = await readOpenMatters({ ctx, input: { userId: ctx.userId } })
  if (blocks.includes('last_admin'))
    return new AppError('last_admin', 'You are the only admin. Make someone else one first.')
  if (blocks.length > 0) {
    return new AppError('account_not_deletable', `Something about money is still open: ${blocks.join(', ')}.`)
  }
  return new AppError('credit_left', 'Your credit has changed. Look at it again, then decide.')
}

/** The account is closed already: a mail that cannot be sent is logged, nothing else. */
async function sendClosedMail(ctx: UserCtx, email: string): Promise<void> {
  try {
    await ctx.mail.send({ to: email, ...closedMail(ctx.settings.appUrl), idempotencyKey: `closed:${ctx.userId}` })
  } catch (error) {
    ctx.log('warn', 'mail about a closed account was not sent', { userId: ctx.userId, error: String(error) })
  }
}
