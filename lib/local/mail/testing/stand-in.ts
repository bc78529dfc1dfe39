import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { startMail } from '#lib/local/mail/server.ts'

export const API_KEY = 're_test_key'

const Mails = z.object({ mails: z.array(z.looseObject({ id: z.string(), subject: z.string() })) })
const Sent = z.object({ id: z.uuid() })

export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'mail-stand-in-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

export const signInMail = {
  from: 'ReelBallers <hello@reelballers.test>',
  to: 'Ana <ana@example.test>',
  subject: 'Sign in',
  html: '<p><a href="http://localhost:3000/verify?token=1">Sign in</a></p>',
  text: 'http://localhost:3000/verify?token=1',
}

/** A running mail server and what a caller of Resend does with it; closed when the test ends. */
export async function startMailbox(dataDir?: string) {
  const mail = await startMail({ port: 0, dataDir: dataDir ?? (await temporaryFolder()), apiKey: API_KEY })
  onTestFinished(() => mail.close())
  return { ...mail, ...clientOf(mail.url) }
}

export function clientOf(url: string) {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}/emails`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    post,
    async send(body: unknown, headers: Record<string, string> = {}): Promise<string> {
      const answer = await post(body, headers)
      if (answer.status !== 200) throw new Error(await answer.text())
      return Sent.parse(await answer.json()).id
    },
    get: (path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${API_KEY}` } }),
    async mails(query = '') {
      return Mails.parse(await (await fetch(`${url}/_local/mails${query}`)).json()).mails
    },
    control: (method: string, path: string, body?: unknown) =>
      fetch(`${url}/_local/${path}`, body === undefined ? { method } : { method, body: JSON.stringify(body) }),
  }
}
