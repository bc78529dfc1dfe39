import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { type Handler, listenOnLoopback, readText, sendJson } from '#lib/local/runpod/loopback-server.ts'
import { isTo, type Mail, mentions } from './mail.ts'
import { MailStore } from './mail-store.ts'
import { framedHtml, listPage, mailPage, viewOf } from './mailbox-page.ts'
import { errorOfStatus, ResendError } from './resend-error.ts'
import { sendMail } from './send-mail.ts'

export type MailOptions = {
  /** 0 picks a free port. */
  port: number
  dataDir: string
  apiKey: string
}

/** `url` is the API base and the mailbox page. */
export type RunningMail = { url: string; close(): Promise<void> }

const LIMIT_BYTES = 40 * 1024 * 1024
const Fault = z.strictObject({ status: z.int().min(400).max(599), times: z.int().min(1).max(10_000).default(1) })
type Fault = z.infer<typeof Fault>
type Post = { store: MailStore; apiKey: string; faults: Fault[] }
type Call = { post: Post; request: IncomingMessage; url: URL }
type Reply = { status: number; json: unknown } | { page: string; policy: string }

/** No script runs in the mailbox at all, so a mail that broke out of its frame would still find none to use. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
/** The sandbox holds even when the mail is opened outside its frame. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src http: https: data:; font-src http: https: data:; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'"

/** Resend's sending API with a mailbox to read what was sent; mails are on disk in `dataDir`. */
export async function startMail({ port, dataDir, apiKey }: MailOptions): Promise<RunningMail> {
  const post: Post = { store: new MailStore(dataDir), apiKey, faults: [] }
  try {
    const server = await listenOnLoopback(port, router(post))
    return {
      url: `http://localhost:${server.port}`,
      async close() {
        await server.close()
        post.store.close()
      },
    }
  } catch (error) {
    post.store.close()
    throw error
  }
}

function router(post: Post): Handler {
  return async (request, response, url) => {
    const reply = await answer({ post, request, url }).catch((error: unknown): Reply => {
      if (error instanceof ResendError) return { status: error.statusCode, json: error }
      throw error
    })
    if ('page' in reply) sendPage(response, reply.page, reply.policy)
    else sendJson(response, reply.status, reply.json)
  }
}

async function answer(call: Call): Promise<Reply> {
  const [, area, ...rest] = call.url.pathname.split('/')
  if (area === 'emails') return await answerResend(call, rest)
  if (area === '_local') return await answerControl(call, rest.join('/'))
  return showMailbox(call, area, rest)
}

async function answerResend({ post, request }: Call, [id, more]: string[]): Promise<Reply> {
  authorize(request, post.apiKey)
  if (more !== undefined) throw notFound()
  if (request.method !== (id === undefined ? 'POST' : 'GET')) {
    throw new ResendError(405, 'method_not_allowed', 'Method is not allowed for the requested path.')
  }
  if (id !== undefined) {
    const mail = post.store.find(id)
    if (mail === undefined) throw new ResendError(404, 'not_found', 'Email not found')
    return ok(retrieved(mail))
  }
  const body = await readJson(request)
  const status = nextFault(post)
  if (status !== undefined) throw errorOfStatus(status)
  const key = request.headers['idempotency-key']
  const idempotencyKey = Array.isArray(key) ? key[0] : key
  return ok({ id: sendMail(post.store, { body, idempotencyKey, nowMs: Date.now() }) })
}

/** A wrong key is 401 on the wire, though Resend's list of errors says 403. */
function authorize(request: IncomingMessage, apiKey: string): void {
  const { authorization } = request.headers
  if (!authorization) {
    throw new ResendError(401, 'missing_api_key', 'Missing API key in the authorization header.')
  }
  if (authorization !== `Bearer ${apiKey}`) throw new ResendError(401, 'validation_error', 'API key is invalid')
}

/** https://resend.com/docs/api-reference/emails/retrieve-email: empty lists are null there. */
function retrieved(mail: Mail) {
  const orNull = (list: string[]) => (list.length === 0 ? null : list)
  const { headers: _headers, cc, bcc, reply_to, ...rest } = mail
  return {
    object: 'email',
    ...rest,
    cc: orNull(cc),
    bcc: orNull(bcc),
    reply_to: orNull(reply_to),
    last_event: 'delivered',
  }
}

async function answerControl({ post, request, url }: Call, path: string): Promise<Reply> {
  switch (`${request.method} ${path}`) {
    case 'GET mails': {
      const to = url.searchParams.get('to')
      return ok({ mails: post.store.list().filter((mail) => to === null || isTo(mail, to)) })
    }
    case 'DELETE mails':
      post.store.clear()
      return ok({ mails: [] })
    case 'POST faults': {
      const fault = Fault.safeParse(await readJson(request))
      if (!fault.success) return { status: 400, json: { error: z.prettifyError(fault.error) } }
      post.faults.push(fault.data)
      return ok({ faults: post.faults })
    }
    case 'DELETE faults':
      post.faults.length = 0
      return ok({ faults: [] })
    default:
      throw notFound()
  }
}

function showMailbox({ post, request, url }: Call, area: string | undefined, [id, part]: string[]): Reply {
  if (request.method !== 'GET') throw notFound()
  if (area === '') {
    const to = (url.searchParams.get('to') ?? '').trim()
    const all = post.store.list()
    const mails = to === '' ? all : all.filter((mail) => mentions(mail, to))
    return { page: listPage(mails, to, all.length), policy: PAGE_POLICY }
  }
  const mail = area === 'mails' && id !== undefined ? post.store.find(id) : undefined
  if (mail === undefined) throw notFound()
  if (part === 'html') return { page: framedHtml(mail), policy: MAIL_POLICY }
  return { page: mailPage(mail, viewOf(mail, url.searchParams.get('view'))), policy: PAGE_POLICY }
}

/** Sign-in links are in these pages: nothing is cached and no address is passed on as a referrer. */
function sendPage(response: ServerResponse, markup: string, policy: string): void {
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    .end(markup)
}

function nextFault(post: Post): number | undefined {
  const [fault] = post.faults
  if (fault === undefined) return undefined
  fault.times -= 1
  if (fault.times === 0) post.faults.shift()
  return fault.status
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse(await readText(request, LIMIT_BYTES))
  } catch (error) {
    if (error instanceof SyntaxError) throw new ResendError(400, 'validation_error', 'The request body is not JSON.')
    throw error
  }
}

function notFound(): ResendError {
  return new ResendError(404, 'not_found', 'The requested endpoint does not exist.')
}

function ok(json: unknown): Reply {
  return { status: 200, json }
}
