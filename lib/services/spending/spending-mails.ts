import { and, eq, isNull } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import type { topUps } from '#db/schema/ledger.ts'
import { centsToMicros, formatCredits, formatUsd } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'

interface Letter {
  subject: string
  paragraphs: string[]
  action: { label: string; path: string }
  key: string
}

/** The balance fell below what its owner wants to be told about. */
export async function mailLowBalance({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { userId: string; balanceMicros: number; thresholdMicros: number; key: string }
}): Promise<void> {
  const [has, threshold] = [formatCredits(input.balanceMicros, 'down'), formatCredits(input.thresholdMicros)]
  await post(ctx, input.userId, {
    subject: `You have ${has} credits left`,
    paragraphs: [`Your balance is ${has} credits, below the ${threshold} you asked to be told about.`],
    action: { label: 'Add credits', path: '/wallet?add=1' },
    key: input.key,
  })
}

/** An automatic top-up did not go through; the link leads to paying it in person, where the bank can ask its question. */
export async function mailDecline({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { topUp: typeof topUps.$inferSelect; needsOwner: boolean; stops: boolean }
}): Promise<void> {
  const { topUp, needsOwner, stops } = input
  const amount = formatUsd(centsToMicros(topUp.amountCents))
  const why = needsOwner
    ? `Your bank wants you to confirm the automatic top-up of ${amount} yourself.`
    : `Your card was declined for the automatic top-up of ${amount}.`
  const next = stops
    ? 'Because that happened three times in a row, automatic top-up is switched off. Switch it on again in your wallet.'
    : 'We leave the card alone for a day before trying again.'
  await post(ctx, topUp.userId, {
    subject: needsOwner ? `Please confirm your top-up of ${amount}` : `Your top-up of ${amount} did not go through`,
    paragraphs: [`${why} Nothing was charged.`, next],
    action: { label: `Pay ${amount} now`, path: `/wallet?add=1&amount=${topUp.amountCents}&save=1` },
    key: `auto-top-up-declined:${topUp.id}`,
  })
}

async function post(ctx: Ctx, userId: string, letter: Letter): Promise<void> {
  const [user] = await ctx.db
    .select({ email: users.email })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deletedAtMs)))
  if (!user) return
  const link = `${ctx.settings.appUrl}${letter.action.path}`
  await ctx.mail.send({
    to: user.email,
    subject: letter.subject,
    text: [...letter.paragraphs, `${letter.action.label}: ${link}`].join('\n\n'),
    html: [
      ...letter.paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
      `<p><a href="${escapeHtml(link)}">${escapeHtml(letter.action.label)}</a></p>`,
    ].join(''),
    idempotencyKey: letter.key,
  })
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
