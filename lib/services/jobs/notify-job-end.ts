import { and, eq, isNull } from 'drizzle-orm'
import { users } from '#db/schema/accounts.ts'
import type { TerminalJobState } from '#lib/core/jobs/job-machine.ts'
import { formatCredits } from '#lib/core/money.ts'
import type { Ctx } from '#lib/services/context.ts'
import type { JobRecord } from './job-record.ts'

/** A job that ended this quickly was watched; a mail would only be noise. */
const WORTH_A_MAIL_MS = 60_000

/** Mails the user that a long job ended. The job is settled already: a mail that cannot be sent is logged, nothing else. */
export async function notifyJobEnd({
  ctx,
  input,
}: {
  ctx: Ctx
  input: { record: JobRecord; outcome: TerminalJobState; captureMicros: number; failure: { message: string } | null }
}): Promise<void> {
  const { job, hold, input: video } = input.record
  // Nobody ordered a free one.
  if (hold === null) return
  if (input.outcome === 'canceled' || ctx.nowMs() - job.createdAtMs < WORTH_A_MAIL_MS) return
  const [user] = await ctx.db
    .select({ email: users.email })
    .from(users)
    .where(and(eq(users.id, job.userId), isNull(users.deletedAtMs)))
  if (!user) return
  const link = `${ctx.settings.appUrl}/jobs/${job.id}`
  const succeeded = input.outcome === 'succeeded'
  const subject = succeeded ? `Your video is ready: ${video.fileName}` : `We could not finish ${video.fileName}`
  const lines = succeeded
    ? [`“${video.fileName}” is ready.`, `It cost ${formatCredits(input.captureMicros)} credits.`, link]
    : [`“${video.fileName}” could not be finished: ${input.failure?.message ?? ''}`, 'You were not charged.', link]
  try {
    await ctx.mail.send({
      to: user.email,
      subject,
      text: lines.join('\n\n'),
      html: lines.map((line) => `<p>${escapeHtml(line).replace(link, `<a href="${link}">${link}</a>`)}</p>`).join(''),
      idempotencyKey: `job-end:${job.id}`,
    })
  } catch (error) {
    ctx.log('warn', 'mail about a finished job was not sent', { jobId: job.id, error: String(error) })
  }
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
