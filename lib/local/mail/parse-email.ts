import { z } from 'zod'
import { addressOf, type Mail } from './mail.ts'
import { ResendError } from './resend-error.ts'

export type Email = Omit<Mail, 'id' | 'created_at'>

const MAX_RECIPIENTS = 50
const FORMAT = 'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.'
const TAG_CHARACTERS =
  'Tags should only contain ASCII letters, numbers, underscores, or dashes, and be at most 256 characters.'

const sender = z.custom<string>(isRecipient, invalid('from'))
const recipients = (field: string) =>
  z
    .custom<string | string[]>((given) => [given].flat().every(isRecipient), invalid(field))
    .optional()
    .transform((given) => [given ?? []].flat())
const Tag = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, TAG_CHARACTERS)

/** The fields the product may use; what else Resend offers (attachments, schedules, templates) is refused by name. */
const Body = z.strictObject({
  from: sender,
  to: recipients('to'),
  cc: recipients('cc'),
  bcc: recipients('bcc'),
  reply_to: recipients('reply_to'),
  subject: z.string().regex(/^[^\r\n]*$/, 'The `\\n` is not allowed in the `subject` field.'),
  html: z.string().nullish(),
  text: z.string().nullish(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[^\r\n]*$/)).default({}),
  tags: z.array(z.object({ name: Tag, value: Tag })).default([]),
})

/** Parses the body of `POST /emails`; throws a ResendError (422) that names the field. */
export function parseEmail(body: unknown): Email {
  const fields = z.record(z.string(), z.unknown()).safeParse(body)
  if (!fields.success) throw new ResendError(422, 'validation_error', 'The request body must be a JSON object.')
  for (const field of ['from', 'to', 'subject']) {
    if (isEmpty(fields.data[field])) {
      throw new ResendError(422, 'missing_required_field', `Missing \`${field}\` field.`)
    }
  }
  const parsed = Body.safeParse(body)
  if (!parsed.success) throw new ResendError(422, 'validation_error', messageOf(parsed.error))
  const { html, text, ...email } = parsed.data
  if (!html && !text) throw new ResendError(422, 'validation_error', 'Missing `html` or `text` field.')
  if (email.to.length + email.cc.length + email.bcc.length > MAX_RECIPIENTS) {
    throw new ResendError(422, 'validation_error', `The \`to\` field must have at most ${MAX_RECIPIENTS} recipients.`)
  }
  return { ...email, html: html ?? null, text: text ?? null }
}

function isRecipient(value: unknown): value is string {
  return typeof value === 'string' && !/[\r\n]/.test(value) && z.email().safeParse(addressOf(value)).success
}

function invalid(field: string): string {
  return `Invalid \`${field}\` field. ${FORMAT}`
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** Our own messages name their field; for the others the path does. */
function messageOf(error: z.ZodError): string {
  const [issue] = error.issues
  if (issue === undefined) return 'Invalid request.'
  const isOurs = /^(Invalid `|The `|Tags )/.test(issue.message)
  return isOurs || issue.path.length === 0
    ? issue.message
    : `Invalid \`${issue.path.join('.')}\` field. ${issue.message}`
}
