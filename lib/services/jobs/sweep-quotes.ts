import { and, asc, eq, gt, gte, lt, lte, notExists, or, type SQL, sql } from 'drizzle-orm'
import { jobs } from '#db/schema/jobs.ts'
import { holds, quotes } from '#db/schema/ledger.ts'
import { cursors } from '#db/schema/operations.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Quotes one run looks at. */
const BATCH = 500
/** Kept so long after their end, for whoever asks what a price was. */
const KEPT_MS = 24 * 3600 * 1000
const CURSOR = 'quotes_sweep'

interface Place {
  expiresAtMs: number
  id: string
}

/**
 * Deletes quotes that ended more than a day ago and became nothing. Those that became jobs are part of the books: a cursor passes over
 * them, so that a run costs the same however many there are; an expired quote can no longer be accepted. For the reconciler.
 */
export async function sweepQuotes({ ctx }: { ctx: Ctx }): Promise<{ deleted: number }> {
  const after = await readCursor(ctx)
  const page = await overdueQuotes({ ctx, after })
  const last = page.at(-1)
  if (!last) return { deleted: 0 }
  const upToLast = or(
    lt(quotes.expiresAtMs, last.expiresAtMs),
    and(eq(quotes.expiresAtMs, last.expiresAtMs), lte(quotes.id, last.id)),
  )
  const value = `${last.expiresAtMs}.${last.id}`
  const [deleted] = await ctx.db.batch([
    ctx.db
      .delete(quotes)
      .where(and(beyond(after), upToLast, unused(ctx)))
      .returning({ id: quotes.id }),
    ctx.db
      .insert(cursors)
      .values({ name: CURSOR, value, updatedAtMs: ctx.nowMs() })
      .onConflictDoUpdate({ target: cursors.name, set: { value, updatedAtMs: ctx.nowMs() } }),
  ])
  return { deleted: deleted.length }
}

/** The next quotes past their time, oldest first. */
export function overdueQuotes({ ctx, after }: { ctx: Ctx; after: Place }) {
  return ctx.db
    .select({ id: quotes.id, expiresAtMs: quotes.expiresAtMs })
    .from(quotes)
    .where(and(beyond(after), lte(quotes.expiresAtMs, ctx.nowMs() - KEPT_MS)))
    .orderBy(asc(quotes.expiresAtMs), asc(quotes.id))
    .limit(BATCH)
}

async function readCursor(ctx: Ctx): Promise<Place> {
  const [row] = await ctx.db.select().from(cursors).where(eq(cursors.name, CURSOR))
  const [expiresAtMs = '0', id = ''] = row?.value.split('.') ?? []
  return { expiresAtMs: Number(expiresAtMs), id }
}

function beyond({ expiresAtMs, id }: Place): SQL | undefined {
  return and(gte(quotes.expiresAtMs, expiresAtMs), or(gt(quotes.expiresAtMs, expiresAtMs), gt(quotes.id, id)))
}

function unused({ db }: Ctx): SQL | undefined {
  const held = db.select({ one: sql`1` }).from(holds).where(eq(holds.quoteId, quotes.id))
  const used = db.select({ one: sql`1` }).from(jobs).where(eq(jobs.quoteId, quotes.id))
  return and(notExists(held), notExists(used))
}
