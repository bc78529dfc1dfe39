import { AppError } from '#lib/contracts/errors.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { HeaderVerdict } from '#lib/core/media-headers/judge-headers.ts'
import { readContainer } from '#lib/core/media-headers/read-container.ts'
import type { ObjectHead } from '#lib/providers/storage/port.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Looking at one file's headers may take this long before the store counts as not answering. */
const READ_TIMEOUT_MS = 20_000

/**
 * What the stored object is, from HEAD and its own headers, never from what anyone said about it.
 * Throws AppError `not_found` without such an object; `unsupported_media`, `corrupt_media`, `no_video` when it is no video of ours;
 * `unavailable` when the store does not answer; `input_changed` when it is replaced meanwhile.
 */
export async function readHeaders({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { key: string }
}): Promise<{ bytes: number; etag: string; facts: MediaFacts }> {
  const head = await ctx.storage.head(input.key)
  if (!head) throw new AppError('not_found', 'There is no such file in the store.')
  const { facts, problem } = await judgeObject({ ctx, input: { key: input.key, head } })
  if (problem) throw new AppError(problem.code, problem.message)
  return { bytes: head.bytes, etag: head.etag, facts }
}

/** The verdict on an object whose HEAD is known. Throws only for the store's sake (`unavailable`, `input_changed`). */
export async function judgeObject({
  ctx,
  input: { key, head },
}: {
  ctx: Ctx
  input: { key: string; head: ObjectHead }
}): Promise<HeaderVerdict> {
  const signal = AbortSignal.timeout(READ_TIMEOUT_MS)
  return await readContainer({
    bytes: head.bytes,
    read: (start, end) => ctx.storage.readRange(key, { start, end, etag: head.etag, signal }),
  })
}

/** Throws AppError `input_changed` unless the object still is the one that was confirmed. */
export async function checkPinned({ ctx, input }: { ctx: Ctx; input: { key: string; etag: string } }): Promise<void> {
  const head = await ctx.storage.head(input.key)
  if (head?.etag === input.etag) return
  throw new AppError('input_changed', 'The stored video is no longer the one that was checked. Upload it again.')
}
