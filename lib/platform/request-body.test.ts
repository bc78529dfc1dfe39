import { expect, test } from 'vitest'
import { readJson, readText } from './request-body.ts'

const URL_OF_APP = 'http://localhost/api/x'

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, headers, duplex: 'half' }
  return new Request(URL_OF_APP, init)
}

/** A body without a declared length that counts how many of its chunks were asked for. */
function endless(chunk: Uint8Array): {
  stream: ReadableStream<Uint8Array>
  pulls: () => number
  canceled: () => boolean
} {
  let pulls = 0
  let canceled = false
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls++
        controller.enqueue(chunk)
      },
      cancel() {
        canceled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, pulls: () => pulls, canceled: () => canceled }
}

test('a body of exactly the limit is read', async () => {
  expect(await readText(post('a'.repeat(10)), 10)).toBe('a'.repeat(10))
})

test('a body one byte over the limit is refused', async () => {
  await expect(readText(post('a'.repeat(11)), 10)).rejects.toMatchObject({ code: 'payload_too_large' })
})

test('bytes are counted, not characters', async () => {
  await expect(readText(post('é'.repeat(6)), 10)).rejects.toMatchObject({ code: 'payload_too_large' })
})

test('a declared length over the limit is refused before anything is read', async () => {
  const body = endless(new Uint8Array(1))
  const request = post(body.stream, { 'content-length': '11' })
  await expect(readText(request, 10)).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(body.pulls()).toBe(0)
})

test('a body that lies about its length is cut off while it streams, and its sender is told to stop', async () => {
  const body = endless(new Uint8Array(4))
  const request = post(body.stream, { 'content-length': '2' })
  await expect(readText(request, 10)).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(body.pulls()).toBe(3)
  expect(body.canceled()).toBe(true)
})

test('a character split over two chunks is put together', async () => {
  const [first, second] = [new Uint8Array([0x63, 0xc3]), new Uint8Array([0xa9])]
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(first)
      controller.enqueue(second)
      controller.close()
    },
  })
  expect(await readText(post(stream), 10)).toBe('cé')
})

test('bytes that are no text are refused, in the middle and at the end', async () => {
  for (const bytes of [new Uint8Array([0xff, 0x61]), new Uint8Array([0x61, 0xc3])]) {
    await expect(readText(post(bytes), 10)).rejects.toMatchObject({ code: 'invalid_request' })
  }
})

test('a request without a body reads as an empty text', async () => {
  expect(await readText(new Request(URL_OF_APP, { method: 'POST' }), 10)).toBe('')
})

test('JSON is read whatever the charset parameter and letter case of its type', async () => {
  expect(await readJson(post('{"a":1}', { 'content-type': 'Application/JSON; charset=utf-8' }), 100)).toEqual({ a: 1 })
})

test('a form is refused before it is read', async () => {
  const request = post('a=1', { 'content-type': 'application/x-www-form-urlencoded' })
  await expect(readJson(request, 100)).rejects.toMatchObject({ code: 'unsupported_media_type' })
  expect(request.bodyUsed).toBe(false)
})

test('broken JSON is the caller’s fault', async () => {
  const request = post('{"a":', { 'content-type': 'application/json' })
  await expect(readJson(request, 100)).rejects.toMatchObject({ code: 'invalid_request' })
})

test('a body that trickles in is given up, and its sender told to stop', async () => {
  let canceled = false
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel() {
      canceled = true
    },
  })
  await expect(readText(post(stream), 10, 20)).rejects.toMatchObject({ code: 'request_timeout' })
  expect(canceled).toBe(true)
})

const JSON_TYPE = { 'content-type': 'application/json' }

test.each([
  ['arrays', '['],
  ['objects', '{"a":'],
  ['both', '[{"\\"]":'],
])('JSON nested without end in %s is refused before anybody walks it', async (_what, opening) => {
  const body = opening.repeat(20_000)
  await expect(readJson(post(body, JSON_TYPE), 1e6)).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('deeper than 32'),
  })
})

test('brackets inside of texts are no nesting, however the quotes around them are escaped', async () => {
  const value = { text: `${'['.repeat(100)}\\"${'{'.repeat(100)}`, list: [[], {}] }
  expect(await readJson(post(JSON.stringify(value), JSON_TYPE), 1e6)).toEqual(value)
})
