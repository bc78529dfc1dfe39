import type Stripe from 'stripe'

export type ErrorType = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'

/** The `error` object of a failed request (https://docs.stripe.com/api/errors). */
export interface ErrorBody {
  type: ErrorType
  message: string
  code?: string
  param?: string
  doc_url?: string
  decline_code?: string
  advice_code?: string
  network_decline_code?: string
  charge?: string
  payment_intent?: Stripe.PaymentIntent
  payment_method?: Stripe.PaymentMethod
}

/** A request that fails the way Stripe fails it. */
export class RequestError extends Error {
  readonly status: number
  readonly body: ErrorBody
  /** True when the request failed after doing something: a declined payment leaves its PaymentIntent and charge behind. */
  readonly keepsWork: boolean
  /** False for errors found before the endpoint ran, which an idempotency key does not remember. */
  readonly executed: boolean

  constructor(
    status: number,
    body: Omit<ErrorBody, 'doc_url'>,
    { keepsWork = false, executed = true }: { keepsWork?: boolean; executed?: boolean } = {},
  ) {
    super(body.message)
    this.status = status
    this.body = body.code ? { ...body, doc_url: docUrl(body.code) } : body
    this.keepsWork = keepsWork
    this.executed = executed
  }
}

function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`
}

/** A parameter is wrong; found while reading the request, before anything ran. */
export function badParameter(param: string, message: string, code?: string): RequestError {
  const body: Omit<ErrorBody, 'doc_url'> = { type: 'invalid_request_error', message, param, ...(code && { code }) }
  return new RequestError(400, body, { executed: false })
}

/** The request makes sense by itself but not in the present state. */
export function refused(message: string, code?: string, param?: string): RequestError {
  return new RequestError(400, {
    type: 'invalid_request_error',
    message,
    ...(code && { code }),
    ...(param && { param }),
  })
}

/** `param` is `id` when the id is part of the URL (404), else the parameter that named it (400). */
export function noSuch(noun: string, id: string, param = 'id'): RequestError {
  return new RequestError(param === 'id' ? 404 : 400, {
    type: 'invalid_request_error',
    message: `No such ${noun}: '${id}'`,
    code: 'resource_missing',
    param,
  })
}

export function missingParameter(param: string): RequestError {
  return badParameter(param, `Missing required param: ${param}.`, 'parameter_missing')
}
