import { and, eq, exists, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { users } from '#db/schema/accounts.ts'
import { attempts, jobEvents, jobOutputs, jobs } from '#db/schema/jobs.ts'
import { holds, quotes, topUps } from '#db/schema/ledger.ts'
import { projects, projectVersions } from '#db/schema/projects.ts'
import { goodwillRefunds, savedCards } from '#db/schema/spending.ts'
import { assets, uploads } from '#db/schema/uploads.ts'
import { REDACTED, redactJson } from '#lib/core/accounts/redact-json.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { giveUpCredit } from './give-up-credit.ts'

/** Parameters one call rewrites; each is a statement of its own. */
const BATCH = 25

/** What people write into the parameters of a job. */
const WRITTEN_BY_PEOPLE: ReadonlySet<string> = new Set(['label', 'notes', 'name', 'title', 'text'])

/**
 * Gives the credit up and replaces every text of a closed account that a person wrote or that may quote one. Rows that the books rest on stay,
 * with the facts a price was made of. True when nothing is left to replace.
 */
export async function eraseData({ ctx }: { ctx: UserCtx }): Promise<boolean> {
  await giveUpCredit({ ctx })
  const [first, ...rest] = erasing(ctx)
  if (first) await ctx.db.batch([first, ...rest])
  const inQuotes = await eraseParams(ctx, quotes)
  const inJobs = await eraseParams(ctx, jobs)
  return inQuotes < BATCH && inJobs < BATCH
}

function erasing(ctx: UserCtx): BatchItem<'sqlite'>[] {
  const { db, userId } = ctx
  const ownProjects = db.select({ id: projects.id }).from(projects).where(eq(projects.userId, userId))
  const own = db.select({ id: jobs.id }).from(jobs).where(eq(jobs.userId, userId))
  const used = or(
    exists(db.select({ one: sql`1` }).from(holds).where(eq(holds.quoteId, quotes.id))),
    exists(db.select({ one: sql`1` }).from(jobs).where(eq(jobs.quoteId, quotes.id))),
  )
  const name = sql<string>`${REDACTED}`
  return [
    db.update(users).set({ name: null, image: null, emailVerified: null }).where(eq(users.id, userId)),
    db.update(assets).set({ fileName: name, problemMessage: null }).where(eq(assets.userId, userId)),
    db.update(uploads).set({ fingerprint: sql`id` }).where(eq(uploads.userId, userId)),
    db.delete(quotes).where(and(eq(quotes.userId, userId), sql`NOT ${used}`)),
    db
      .update(jobs)
      .set({ failureMessage: null })
      .where(and(eq(jobs.userId, userId), isNotNull(jobs.failureMessage))),
    db
      .update(attempts)
      .set({ hintJson: null, outputJson: null, errorMessage: null, progressMessage: null })
      .where(inArray(attempts.jobId, own)),
    db.update(jobEvents).set({ detail: null }).where(inArray(jobEvents.jobId, own)),
    db.update(jobOutputs).set({ summaryJson: '{}' }).where(eq(jobOutputs.userId, userId)),
    // Pages at Stripe that say who paid.
    db
      .update(topUps)
      .set({ checkoutUrl: null, receiptUrl: null, invoiceUrl: null, paidWith: null })
      .where(eq(topUps.userId, userId)),
    // Those that Stripe has not forgotten yet are deleted when it has (forget-card.ts).
    db.delete(savedCards).where(and(eq(savedCards.userId, userId), eq(savedCards.state, 'removed'))),
    db.update(goodwillRefunds).set({ note: '' }).where(eq(goodwillRefunds.userId, userId)),
    db.delete(projectVersions).where(inArray(projectVersions.projectId, ownProjects)),
    db.delete(projects).where(eq(projects.userId, userId)),
  ]
}

/** Rewrites parameters that still hold a text of a person's. Returns how many it found, at most a batch. */
async function eraseParams(ctx: UserCtx, table: typeof jobs | typeof quotes): Promise<number> {
  const rows = await ctx.db
    .select({ id: table.id, paramsJson: table.paramsJson })
    .from(table)
    .where(and(eq(table.userId, ctx.userId), holdsText(table.paramsJson)))
    .limit(BATCH)
  for (const { id, paramsJson } of rows) {
    const erased = JSON.stringify(redactJson(JSON.parse(paramsJson), WRITTEN_BY_PEOPLE))
    await ctx.db.update(table).set({ paramsJson: erased }).where(eq(table.id, id))
  }
  return rows.length
}

function holdsText(column: typeof jobs.paramsJson | typeof quotes.paramsJson): SQL {
  const keys = sql.join(
    [...WRITTEN_BY_PEOPLE].map((key) => sql`${key}`),
    sql`, `,
  )
  return sql`EXISTS (SELECT 1 FROM json_tree(${column}) AS part WHERE part.key IN (${keys}) AND part.atom NOT IN (${REDACTED}, ''))`
}
