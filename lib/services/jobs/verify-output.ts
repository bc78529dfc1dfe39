import { AppError } from '#lib/contracts/errors.ts'
import type { ProductKind } from '#lib/contracts/products.ts'
import type { OutputFile, WorkerCompleted } from '#lib/contracts/worker.ts'
import { productKind, requiredOutputs } from '#lib/core/jobs/required-outputs.ts'
import type { ObjectHead } from '#lib/providers/storage/port.ts'
import type { Ctx } from '#lib/services/context.ts'
import { type CheckedRun, checkProduct } from './check-product.ts'
import { type AttemptRow, type JobRecord, quotedFactsOf, requestOf } from './job-record.ts'
import { type StoredTargets, storedTargetsOf } from './output-targets.ts'

/** A file of a run that we looked at ourselves. */
export interface VerifiedProduct {
  name: string
  kind: ProductKind
  key: string
  etag: string
  bytes: number
  /** As reported; compared for small data files. */
  sha256: string
  contentType: string
  /** `ProductSummary` without its kind. */
  summary: Record<string, unknown>
}

export type Verified = { ok: true; products: VerifiedProduct[] } | { ok: false; problems: string[] }

/** Files looked at side by side: a Worker may open six connections at once. */
const AT_ONCE = 4

/**
 * Checks a result ourselves: every promised file exists with the reported size and is, by its own headers or contents and the worker's decoded
 * counts, what the quote promised. A multipart one is completed first, from the ETags the worker reports. What was not promised (poster,
 * preview) is kept if it is sound and left out if not.
 */
export async function verifyOutput({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { record: JobRecord; attempt: AttemptRow; output: WorkerCompleted }
}): Promise<Verified> {
  const { record, attempt, output } = input
  const run: CheckedRun = { request: requestOf(record.job), input: quotedFactsOf(record.quote), output }
  const required = new Set<string>(requiredOutputs(run.request))
  const targets = storedTargetsOf(attempt)
  const names = [...new Set([...required, ...Object.keys(output.outputs)])]
  const products: VerifiedProduct[] = []
  const problems: string[] = []
  const look = async (name: string) => {
    const kind = productKind(run.request.task, name)
    if (kind === null) return
    const found = await verifyFile(ctx, run, { name, kind, target: targets[name], reported: output.outputs[name] })
    if ('product' in found) products.push(found.product)
    else if (required.has(name)) problems.push(...found.problems)
    else ctx.log('warn', 'extra output left out', { attemptId: attempt.id, name, problems: found.problems })
  }
  await eachOf(names, look)
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, products: products.sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

interface ReportedFile {
  name: string
  kind: ProductKind
  target: StoredTargets[string] | undefined
  reported: OutputFile | undefined
}

async function verifyFile(
  ctx: Ctx,
  run: CheckedRun,
  { name, kind, target, reported }: ReportedFile,
): Promise<{ product: VerifiedProduct } | { problems: string[] }> {
  const what = name === 'video' ? 'The video' : `“${name}”`
  if (!target || !reported) return { problems: [`${what} is missing.`] }
  const joined = await joinParts(ctx, target, reported.etags ?? [])
  if (!joined) return { problems: [`The parts of ${what} do not fit together.`] }
  const head = await ctx.storage.head(target.key)
  if (!head) return { problems: [`${what} cannot be read back.`] }
  if (head.bytes !== reported.bytes || head.bytes === 0)
    return { problems: [`${reported.bytes} bytes of ${what} were reported, ${head.bytes} are stored.`] }
  const checked = await checkFile(ctx, run, { name, kind, key: target.key, head, sha256: reported.sha256 })
  if ('problems' in checked) return { problems: checked.problems.map((problem) => `${what}: ${problem}.`) }
  const { key, contentType } = target
  const { etag, bytes } = head
  const { sha256 } = reported
  return { product: { name, kind, key, etag, bytes, sha256, contentType, summary: checked.summary } }
}

async function checkFile(
  ctx: Ctx,
  run: CheckedRun,
  file: { name: string; kind: ProductKind; key: string; head: ObjectHead; sha256: string },
) {
  try {
    return await checkProduct(ctx, run, file)
  } catch (error) {
    // Replaced or gone while it was read; anything else of the store's is worth another try.
    if (error instanceof AppError && error.code === 'input_changed')
      return { problems: ['it changed while it was read'] }
    throw error
  }
}

async function eachOf(names: string[], act: (name: string) => Promise<void>): Promise<void> {
  const waiting = [...names]
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await act(name)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/** Completes a multipart result. Whoever asks second, or again after a lost answer, finds the object and is content. */
async function joinParts(ctx: Ctx, target: StoredTargets[string], etags: string[]): Promise<boolean> {
  if (!target.multipart || (await ctx.storage.head(target.key))) return true
  if (etags.length === 0) return false
  try {
    const parts = etags.map((etag, index) => ({ partNumber: index + 1, etag }))
    await ctx.storage.completeMultipart(target.key, target.multipart.uploadId, parts)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'upload_closed')
      return (await ctx.storage.head(target.key)) !== null
    if (error instanceof AppError && error.code === 'upload_incomplete') return false
    throw error
  }
}
