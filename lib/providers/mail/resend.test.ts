import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningMail, startMail } from '#lib/local/mail/server.ts'
import { createResendMail } from './resend.ts'

let dataDir: string
let post: RunningMail
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'resend-'))
  post = await startMail({ port: 0, dataDir, apiKey: 're_right' })
})
afterAll(async () => {
  await post.close()
  await rm(dataDir, { recursive: true })
})

const message = (to: string) => ({ to, subject: 'Hello', text: 'Hi', html: '<p>Hi</p>', idempotencyKey: `hello-${to}` })
const mailer = (apiKey = 're_right') =>
  createResendMail({ apiBase: `${post.url}/`, apiKey, from: 'ReelBallers <hello@reelballers.test>' })

async function mailsTo(address: string): Promise<unknown[]> {
  const reply = await fetch(`${post.url}/_local/mails?to=${address}`)
  return ((await reply.json()) as { mails: unknown[] }).mails
}

test('a mail arrives with its text and HTML', async () => {
  await mailer().send(message('a@example.com'))
  expect(await mailsTo('a@example.com')).toMatchObject([{ subject: 'Hello', text: 'Hi', html: '<p>Hi</p>' }])
})

test('the same mail sent twice, as after a lost answer, arrives once', async () => {
  await mailer().send(message('b@example.com'))
  await mailer().send(message('b@example.com'))
  expect(await mailsTo('b@example.com')).toHaveLength(1)
})

test('a refusal and a server that is not there are both reported as unavailable', async () => {
  await expect(mailer('re_wrong').send(message('c@example.com'))).rejects.toMatchObject({ code: 'unavailable' })
  const nowhere = createResendMail({ apiBase: 'http://localhost:9', apiKey: 'k', from: 'x@example.com' })
  await expect(nowhere.send(message('c@example.com'))).rejects.toMatchObject({ code: 'unavailable' })
  expect(await mailsTo('c@example.com')).toHaveLength(0)
})
