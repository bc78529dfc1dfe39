import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { DeliveryFaults } from '#lib/local/stripe/webhooks/delivery-faults.ts'
import { ApiFault } from '#lib/local/stripe/wire/api-faults.ts'
import { RequestError } from '#lib/local/stripe/wire/errors.ts'
import { readBody } from '#lib/local/stripe/wire/read-body.ts'
import type { Control } from './control.ts'
import {
  DashboardRefund,
  DisputeRequest,
  Nothing,
  PayoutRequest,
  PayRequest,
  RefundFailure,
  ReleaseRequest,
} from './control-requests.ts'

interface ControlRoute {
  method: 'GET' | 'POST' | 'DELETE'
  pattern: RegExp
  run(control: Control, body: unknown, id: string): unknown
}

function post<T>(
  path: string,
  schema: z.ZodType<T>,
  run: (control: Control, input: T, id: string) => unknown,
): ControlRoute {
  return {
    method: 'POST',
    pattern: new RegExp(`^/_local/${path.replace(':id', '([A-Za-z0-9_]+)')}$`),
    run: (control, body, id) => run(control, schema.parse(body), id),
  }
}

function plain(method: 'GET' | 'DELETE', path: string, run: (control: Control) => unknown): ControlRoute {
  return { method, pattern: new RegExp(`^/_local/${path}$`), run }
}

const ROUTES: readonly ControlRoute[] = [
  plain('GET', 'state', (control) => control.state()),
  post('deliveries', DeliveryFaults, (control, faults) => control.setDeliveryFaults(faults)),
  plain('DELETE', 'deliveries', (control) => control.clearDeliveryFaults()),
  post('deliveries/release', ReleaseRequest, (control, input) => control.releaseDeliveries(input)),
  post('events/:id/resend', Nothing, (control, _input, id) => control.resendEvent(id)),
  post('checkout/:id/pay', PayRequest, (control, input, id) => control.pay(id, input)),
  post('checkout/:id/decline', Nothing, (control, _input, id) => control.decline(id)),
  post('checkout/:id/expire', Nothing, (control, _input, id) => control.expire(id)),
  post('checkout/:id/complete_async', Nothing, (control, _input, id) => control.finishBankPayment(id, true)),
  post('checkout/:id/fail_async', Nothing, (control, _input, id) => control.finishBankPayment(id, false)),
  post('refunds/:id/fail', RefundFailure, (control, { reason }, id) => control.failRefund(id, reason)),
  post('disputes', DisputeRequest, (control, input) => control.openDispute(input)),
  post('disputes/:id/withdraw', Nothing, (control, _input, id) => control.advanceDispute(id, 'withdraw')),
  post('disputes/:id/win', Nothing, (control, _input, id) => control.advanceDispute(id, 'win')),
  post('disputes/:id/lose', Nothing, (control, _input, id) => control.advanceDispute(id, 'lose')),
  post('disputes/:id/close', Nothing, (control, _input, id) => control.advanceDispute(id, 'close')),
  post('dashboard-refund', DashboardRefund, (control, input) => control.refundInDashboard(input)),
  post('payouts', PayoutRequest, (control, input) => control.payOut(input.amount, input.currency)),
  post('payouts/:id/fail', Nothing, (control, _input, id) => control.failPayout(id)),
  post('fees', PayoutRequest, (control, input) => control.chargeFee(input.amount, input.currency)),
  post('faults', ApiFault, (control, fault) => control.addApiFault(fault)),
  plain('DELETE', 'faults', (control) => control.clearApiFaults()),
]

/** `/_local/…`: JSON in, JSON out. Pages of other sites can not reach it: they would carry an Origin. */
export async function handleControl(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  try {
    if (request.headers.origin !== undefined) throw problem(403, 'Not for web pages.')
    const text = await readBody(request)
    for (const route of ROUTES) {
      const match = route.method === request.method ? route.pattern.exec(url.pathname) : null
      if (match) return send(response, 200, route.run(control, parseJson(text), match[1] ?? '') ?? { ok: true })
    }
    throw problem(404, `No control endpoint ${request.method} ${url.pathname}.`)
  } catch (error) {
    if (error instanceof z.ZodError) return send(response, 400, { error: { message: z.prettifyError(error) } })
    if (error instanceof RequestError) return send(response, error.status, { error: error.body })
    throw error
  }
}

function parseJson(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw problem(400, 'The body is not JSON.')
  }
}

function problem(status: number, message: string): RequestError {
  return new RequestError(status, { type: 'invalid_request_error', message })
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body, null, 2))
}
