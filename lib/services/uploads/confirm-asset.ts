import { and, eq, isNull, lte, or, sql } from 'drizzle-orm'
import { assets } from '#db/schema/uploads.ts'
import { type AssetView, RETENTION } from '#lib/contracts/api/uploads.ts'
import { AppError, type ErrorBody } from '#lib/contracts/errors.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import { playsEverywhere } from '#lib/core/media/plays-everywhere.ts'
import type { ObjectHead } from '#lib/providers/storage/port.ts'
import type { UserCtx } from '#lib/services/context.ts'
import { orderIngestOrWait } from '#lib/services/jobs/order-ingest.ts'
import { type AssetRow, assetView } from './asset-view.ts'
import { judgeObject } from './confirm-output.ts'
import { findAsset } from './find-asset.ts'

const DAY_MS = 24 * 3600 * 1000
/** How long a rejected file stays in the list to say why. */
const REJECTED_DAYS = 7

/** A check reads for at most 20 s (confirm-output.ts); one that began longer ago died. */
export const CHECK_LASTS_MS = 30_000
/** A file is not looked at again once so many checks of it died. */
const MAX_DEAD_CHECKS = 2

/** Types are ours, from what the file is: the browser's claim would let a page be served as one. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  ts: 'video/mp2t',
  avi: 'video/x-msvideo',
}

/**
 * Turns a completely stored file into trusted facts, with its ETag pinned, or rejects it and deletes the object. Only a `checking` asset
 * changes; any other is shown as it is, so that repeats and races end alike. The row says that a check runs before it does, so that a file
 * whose headers kill the checker is rejected the third time. Throws AppError `not_found`, `unavailable` (repeat; also while another
 * check runs).
 */
export async function confirmAsset({ ctx, input }: { ctx: UserCtx; input: { assetId: string } }): Promise<AssetView> {
  const row = await findAsset({ ctx, input })
  if (row.state !== 'checking') return await assetView({ ctx, row })
  const attempt = await beginCheck({ ctx, row })
  if (attempt > MAX_DEAD_CHECKS) return await rejectAsset({ ctx, row, problem: unreadable() })
  try {
    return await checkAsset({ ctx, row })
  } catch (error) {
    await endCheck({ ctx, row })
    throw error
  }
}

async function checkAsset({ ctx, row }: { ctx: UserCtx; row: AssetRow }): Promise<AssetView> {
  const head = await ctx.storage.head(row.objectKey)
  const wrong = sizeProblem(row, head)
  if (wrong || !head) return await rejectAsset({ ctx, row, problem: wrong ?? gone() })
  const { facts, problem } = await judgeObject({ ctx, input: { key: row.objectKey, head } })
  if (problem) return await rejectAsset({ ctx, row, problem })
  return await acceptAsset({ ctx, row, head, facts })
}

/** Which check of this file begins here, counting those that died. Throws AppError `unavailable` while another one runs. */
async function beginCheck({ ctx, row }: { ctx: UserCtx; row: AssetRow }): Promise<number> {
  const nowMs = ctx.nowMs()
  const idle = or(isNull(assets.checkStartedAtMs), lte(assets.checkStartedAtMs, nowMs - CHECK_LASTS_MS))
  const [begun] = await ctx.db
    .update(assets)
    .set({ checkStartedAtMs: nowMs, checkAttempts: sql`${assets.checkAttempts} + 1` })
    .where(and(eq(assets.id, row.id), eq(assets.state, 'checking'), idle))
    .returning({ attempt: assets.checkAttempts })
  if (!begun) throw new AppError('unavailable', 'This file is being checked. Try again in a moment.')
  return begun.attempt
}

/** Takes a check back that came to an end, if only a failure of the store's. */
async function endCheck({ ctx, row }: { ctx: UserCtx; row: AssetRow }): Promise<void> {
  await ctx.db
    .update(assets)
    .set({ checkStartedAtMs: null, checkAttempts: sql`max(0, ${assets.checkAttempts} - 1)` })
    .where(and(eq(assets.id, row.id), eq(assets.state, 'checking')))
}

async function acceptAsset({
  ctx,
  row,
  head,
  facts,
}: {
  ctx: UserCtx
  row: AssetRow
  head: ObjectHead
  facts: MediaFacts
}): Promise<AssetView> {
  await changeChecking({
    ctx,
    row,
    change: {
      state: 'ready',
      etag: head.etag,
      factsJson: JSON.stringify(facts),
      contentType: CONTENT_TYPES[facts.container] ?? 'application/octet-stream',
      expiresAtMs: ctx.nowMs() + RETENTION.originalDays * DAY_MS,
      ingest: playsEverywhere(facts) ? null : 'wanted',
    },
  })
  await orderIngestOrWait({ ctx, input: { assetId: row.id } })
  return await assetView({ ctx, row: await findAsset({ ctx, input: { assetId: row.id } }) })
}

/** Ends a `checking` asset: the row says why, the object goes. */
export async function rejectAsset({
  ctx,
  row,
  problem,
}: {
  ctx: UserCtx
  row: AssetRow
  problem: ErrorBody
}): Promise<AssetView> {
  const rejected = await changeChecking({
    ctx,
    row,
    change: {
      state: 'rejected',
      problemCode: problem.code,
      problemMessage: problem.message,
      expiresAtMs: ctx.nowMs() + REJECTED_DAYS * DAY_MS,
    },
  })
  if (rejected) {
    await ctx.storage.delete(row.objectKey)
    await ctx.db.update(assets).set({ deletedAtMs: ctx.nowMs() }).where(eq(assets.id, row.id))
  }
  return await assetView({ ctx, row: await findAsset({ ctx, input: { assetId: row.id } }) })
}

/** Whether this call, of possibly several at once, made the change. */
async function changeChecking({
  ctx,
  row,
  change,
}: {
  ctx: UserCtx
  row: AssetRow
  change: Partial<AssetRow>
}): Promise<boolean> {
  const changed = await ctx.db
    .update(assets)
    .set(change)
    .where(and(eq(assets.id, row.id), eq(assets.userId, ctx.userId), eq(assets.state, 'checking')))
    .returning({ id: assets.id })
  return changed.length === 1
}

function sizeProblem(row: AssetRow, head: ObjectHead | null): ErrorBody | null {
  if (!head || head.bytes === row.bytes) return null
  const message = `The stored file has ${head.bytes} bytes instead of ${row.bytes}. Upload it again.`
  return { code: 'upload_mismatch', message }
}

function unreadable(): ErrorBody {
  return { code: 'corrupt_media', message: 'This file could not be read to its end. Export it again and upload that.' }
}

function gone(): ErrorBody {
  return { code: 'upload_mismatch', message: 'The stored file is gone. Upload it again.' }
}
