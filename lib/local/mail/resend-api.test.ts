import { expect, test } from 'vitest'
import { API_KEY, signInMail, startMailbox } from './testing/stand-in.ts'

test('a sent mail can be fetched by its id, in the shape Resend answers', async () => {
  const { get, send } = await startMailbox()
  const tags = [{ name: 'kind', value: 'sign_in' }]
  const id = await send({ ...signInMail, tags, headers: { 'X-Entity-Ref-ID': 'a1' } })
  const answer = await get(`/emails/${id}`)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    object: 'email',
    id,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    from: signInMail.from,
    to: [signInMail.to],
    cc: null,
    bcc: null,
    reply_to: null,
    subject: 'Sign in',
    html: signInMail.html,
    text: signInMail.text,
    tags,
    last_event: 'delivered',
  })
  expect((await get('/emails/00000000-0000-4000-8000-000000000000')).status).toBe(404)
})

test.each([
  ['no from', { from: undefined }, 'missing_required_field', 'Missing `from` field.'],
  ['no to', { to: [] }, 'missing_required_field', 'Missing `to` field.'],
  ['no subject', { subject: '' }, 'missing_required_field', 'Missing `subject` field.'],
  ['no content', { html: '', text: null }, 'validation_error', 'Missing `html` or `text` field.'],
  [
    'a from that is no address',
    { from: 'ReelBallers' },
    'validation_error',
    /^Invalid `from` field\. The email address/,
  ],
  ['a to that is no address', { to: ['a@b.test', 'nobody'] }, 'validation_error', /^Invalid `to` field\. The email/],
  ['a line break in an address', { to: 'a@b.test\r\nBcc: c@d.test' }, 'validation_error', /^Invalid `to` field/],
  ['a line break in the subject', { subject: 'Hi\nBcc: c@d.test' }, 'validation_error', /not allowed in the `subject`/],
  ['a line break in a header', { headers: { 'X-A': 'b\r\nBcc: c@d.test' } }, 'validation_error', /headers\.X-A/],
  ['a tag with a space', { tags: [{ name: 'kind', value: 'sign in' }] }, 'validation_error', /^Tags should only/],
  ['51 recipients', { to: Array.from({ length: 51 }, (_, i) => `a${i}@b.test`) }, 'validation_error', /at most 50/],
  ['an attachment', { attachments: [{ content: '' }] }, 'validation_error', /attachments/],
])('a mail with %s is refused with 422', async (_name, change, name, message) => {
  const { mails, post } = await startMailbox()
  const answer = await post({ ...signInMail, ...change })
  expect(answer.status).toBe(422)
  const text = typeof message === 'string' ? message : expect.stringMatching(message)
  expect(await answer.json()).toEqual({ statusCode: 422, name, message: text })
  expect(await mails()).toEqual([])
})

test('a body that is not a JSON object is refused', async () => {
  const { post } = await startMailbox()
  expect((await post('{"from":')).status).toBe(400)
  expect((await post('["a"]')).status).toBe(422)
})

test('a missing key and a wrong key are 401 with Resend’s two different errors', async () => {
  const { mails, post, url } = await startMailbox()
  const missing = await fetch(`${url}/emails`, { method: 'POST', body: '{}' })
  expect([missing.status, await missing.json()]).toEqual([
    401,
    { statusCode: 401, name: 'missing_api_key', message: 'Missing API key in the authorization header.' },
  ])
  for (const authorization of ['Bearer re_wrong', API_KEY]) {
    const wrong = await post(signInMail, { authorization })
    expect([wrong.status, await wrong.json()]).toEqual([
      401,
      { statusCode: 401, name: 'validation_error', message: 'API key is invalid' },
    ])
  }
  expect(await mails()).toEqual([])
})

test('the same idempotency key sends once, and conflicts with another body', async () => {
  const { mails, post, send } = await startMailbox()
  const key = { 'Idempotency-Key': 'sign-in/ana/1' }
  const id = await send(signInMail, key)
  expect(await send(signInMail, key)).toBe(id)
  expect(await mails()).toHaveLength(1)
  const other = await post({ ...signInMail, subject: 'Another' }, key)
  expect([other.status, await other.json()]).toEqual([
    409,
    {
      statusCode: 409,
      name: 'invalid_idempotent_request',
      message: 'Same idempotency key used with a different request payload.',
    },
  ])
  expect(await send(signInMail, { 'Idempotency-Key': 'sign-in/ana/2' })).not.toBe(id)
  expect((await post(signInMail, { 'Idempotency-Key': 'k'.repeat(257) })).status).toBe(400)
})

test('a refused mail and a fault do not use the idempotency key up', async () => {
  const { control, post, send } = await startMailbox()
  const key = { 'Idempotency-Key': 'k1' }
  expect((await post({ ...signInMail, to: 'nobody' }, key)).status).toBe(422)
  await control('POST', 'faults', { status: 500 })
  expect((await post(signInMail, key)).status).toBe(500)
  await send(signInMail, key)
})

test('faults answer as often as asked, in Resend’s shape, and accept nothing meanwhile', async () => {
  const { control, mails, post } = await startMailbox()
  expect((await control('POST', 'faults', { status: 429, times: 2 })).status).toBe(200)
  expect(await (await post(signInMail)).json()).toMatchObject({ statusCode: 429, name: 'rate_limit_exceeded' })
  expect((await post(signInMail)).status).toBe(429)
  expect(await mails()).toEqual([])
  expect((await post(signInMail)).status).toBe(200)
  await control('POST', 'faults', { status: 500, times: 9 })
  await control('DELETE', 'faults')
  expect((await post(signInMail)).status).toBe(200)
  expect((await control('POST', 'faults', { status: 200 })).status).toBe(400)
})

test('other methods and paths are refused in Resend’s shape', async () => {
  const { get, url } = await startMailbox()
  expect(await (await get('/emails')).json()).toMatchObject({ statusCode: 405, name: 'method_not_allowed' })
  expect(await (await fetch(`${url}/nothing`)).json()).toMatchObject({ statusCode: 404, name: 'not_found' })
})
