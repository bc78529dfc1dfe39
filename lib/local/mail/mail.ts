import { z } from 'zod'

/** An accepted mail, as it is stored and as `GET /_local/mails` shows it. */
export const Mail = z.object({
  id: z.string(),
  created_at: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  bcc: z.array(z.string()),
  reply_to: z.array(z.string()),
  subject: z.string(),
  html: z.string().nullable(),
  text: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  tags: z.array(z.object({ name: z.string(), value: z.string() })),
})
export type Mail = z.infer<typeof Mail>

/** `a@b.c` out of `a@b.c` or `Name <a@b.c>`, in lower case. */
export function addressOf(recipient: string): string {
  return (/<([^<>]*)>\s*$/.exec(recipient)?.[1] ?? recipient).trim().toLowerCase()
}

export function isTo(mail: Mail, address: string): boolean {
  return [...mail.to, ...mail.cc, ...mail.bcc].some((recipient) => addressOf(recipient) === addressOf(address))
}

/** For a person who types a part of an address or name. */
export function mentions(mail: Mail, term: string): boolean {
  return [...mail.to, ...mail.cc, ...mail.bcc].some((recipient) => recipient.toLowerCase().includes(term.toLowerCase()))
}
