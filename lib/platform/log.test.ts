import { afterEach, expect, test, vi } from 'vitest'
import { log, redact, redactText } from './log.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

function linesOf(write: () => void): unknown[] {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => {})
  write()
  return spy.mock.calls.map(([line]) => JSON.parse(String(line)))
}

test('a line is one JSON object with time, level, message and the given fields', () => {
  const [line] = linesOf(() => log('error', 'dispatch failed', { jobId: 'job_1', attempt: 2 }))
  expect(line).toEqual({
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    level: 'error',
    message: 'dispatch failed',
    jobId: 'job_1',
    attempt: 2,
  })
})

test.each([
  ['Authorization', { Authorization: 'Bearer abc' }],
  ['a cookie', { headers: { cookie: 'authjs.session-token=abc' } }],
  ['a session token', { sessionToken: 'abc' }],
  ['an API key', { api_key: 'abc' }],
  ['a header list', { headers: new Headers({ authorization: 'Bearer abc' }) }],
  ['something in a list', { list: [{ password: 'abc' }] }],
])('%s is not printed', (_name, fields) => {
  const text = JSON.stringify(redact(fields))
  expect(text).not.toContain('abc')
  expect(text).toContain('[redacted]')
})

test.each([
  ['https://a.test/api/webhook/runpod?attempt=att_1&token=SEKRET', 'attempt=att_1'],
  ['https://r2.test/k?X-Amz-Date=2026&X-Amz-Signature=SEKRET&x-id=GetObject', 'x-id=GetObject'],
  ['https://r2.test/k?X-Amz-Credential=SEKRET%2F2026&X-Amz-Date=1', 'X-Amz-Date=1'],
  ['https://a.test/cb?code=SEKRET#top', 'https://a.test/cb'],
  ['sent Authorization: Bearer SEKRET to the vendor', 'to the vendor'],
  ['key sk_test_SEKRET12345 was refused', 'was refused'],
  ['sent {"attempt_id":"att_1", "callback_token": "SEKRET"} to it', '"attempt_id":"att_1"'],
  ['fetch https://a.test/api/webhook/runpod?token=SEKRET&attempt=att_2 failed', 'attempt=att_2'],
  [`the token mcr2x0f5.SEKRET${'a'.repeat(37)} is over`, 'is over'],
  ['cookie was theme=dark; session=SEKRET; a=b', 'theme=dark'],
])('%s is printed without its secret', (text, kept) => {
  const safe = redactText(text)
  expect(safe).not.toContain('SEKRET')
  expect(safe).toContain(kept)
})

test('an error is printed with its name, code, stack and cause, without secrets', () => {
  const cause = new Error('GET https://a.test/?token=SEKRET failed')
  const error = Object.assign(new Error('outer', { cause }), { code: 'unavailable' })
  const printed = redact({ error }) as { error: Record<string, unknown> }
  expect(printed.error).toMatchObject({ name: 'Error', message: 'outer', code: 'unavailable' })
  expect(printed.error.stack).toContain('log.test.ts')
  expect(JSON.stringify(printed)).not.toContain('SEKRET')
  expect(JSON.stringify(printed)).toContain('GET https://a.test/')
})

test('an object that contains itself is cut, not followed for ever', () => {
  const loop: Record<string, unknown> = {}
  loop.self = loop
  expect(JSON.stringify(redact(loop))).toContain('[deeper]')
})

test('a big integer does not stop the line from being written', () => {
  const [line] = linesOf(() => log('error', 'sum', { total: 12n }))
  expect(line).toMatchObject({ total: '12' })
})
