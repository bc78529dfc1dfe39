import { z } from 'zod'

/**
 * Every coded error a user, an API client or the worker can meet, with its HTTP status and whose fault it is.
 * The one place where a code is spelled; services throw it, the route wrapper turns it into HTTP, pages explain it.
 */
export const ERROR_CODES = {
  // requests
  invalid_request: { status: 400, fault: 'caller' },
  unsupported_media_type: { status: 415, fault: 'caller' },
  payload_too_large: { status: 413, fault: 'caller' },
  request_timeout: { status: 408, fault: 'caller' },
  unauthenticated: { status: 401, fault: 'caller' },
  forbidden: { status: 403, fault: 'caller' },
  bad_origin: { status: 403, fault: 'caller' },
  not_found: { status: 404, fault: 'caller' },
  rate_limited: { status: 429, fault: 'caller' },
  // accounts
  sign_in_again: { status: 403, fault: 'caller' },
  account_not_deletable: { status: 409, fault: 'caller' },
  credit_left: { status: 409, fault: 'caller' },
  last_admin: { status: 409, fault: 'caller' },
  role_fixed: { status: 409, fault: 'caller' },
  internal: { status: 500, fault: 'us' },
  unavailable: { status: 503, fault: 'us' },
  // uploads and assets
  upload_closed: { status: 409, fault: 'caller' },
  upload_incomplete: { status: 409, fault: 'caller' },
  upload_mismatch: { status: 409, fault: 'caller' },
  file_too_large: { status: 413, fault: 'caller' },
  storage_full: { status: 409, fault: 'caller' },
  asset_in_use: { status: 409, fault: 'caller' },
  unsupported_media: { status: 422, fault: 'input' },
  corrupt_media: { status: 422, fault: 'input' },
  no_video: { status: 422, fault: 'input' },
  // projects
  project_changed: { status: 409, fault: 'caller' },
  // money
  insufficient_funds: { status: 402, fault: 'caller' },
  quote_expired: { status: 409, fault: 'caller' },
  quote_used: { status: 409, fault: 'caller' },
  top_up_amount: { status: 400, fault: 'caller' },
  payment_provider: { status: 502, fault: 'us' },
  wallet_frozen: { status: 403, fault: 'caller' },
  refund_too_large: { status: 409, fault: 'caller' },
  spend_cap_reached: { status: 402, fault: 'caller' },
  no_saved_card: { status: 409, fault: 'caller' },
  goodwill_refused: { status: 409, fault: 'caller' },
  // jobs
  input_changed: { status: 409, fault: 'input' },
  task_paused: { status: 503, fault: 'us' },
  job_finished: { status: 409, fault: 'caller' },
  job_finishing: { status: 409, fault: 'caller' },
  price_changed: { status: 409, fault: 'caller' },
  limit_exceeded: { status: 422, fault: 'input' },
  // the worker's own
  input_unreachable: { status: 502, fault: 'us' },
  input_mismatch: { status: 422, fault: 'input' },
  missing_tracks: { status: 422, fault: 'caller' },
  unknown_track: { status: 422, fault: 'caller' },
  clip_out_of_range: { status: 422, fault: 'caller' },
  unknown_model: { status: 422, fault: 'caller' },
  missing_weights: { status: 503, fault: 'us' },
  weights_mismatch: { status: 503, fault: 'us' },
  decode_failed: { status: 422, fault: 'input' },
  inference_failed: { status: 500, fault: 'us' },
  encode_failed: { status: 500, fault: 'us' },
  output_invalid: { status: 500, fault: 'us' },
  output_unreachable: { status: 502, fault: 'us' },
  out_of_memory: { status: 500, fault: 'us' },
  disk_full: { status: 500, fault: 'us' },
  canceled: { status: 409, fault: 'caller' },
  superseded: { status: 409, fault: 'us' },
  timed_out: { status: 504, fault: 'us' },
  worker_lost: { status: 502, fault: 'us' },
} as const satisfies Record<string, { status: number; fault: 'caller' | 'input' | 'us' }>

export type ErrorCode = keyof typeof ERROR_CODES

export const ErrorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]])

/** The body of every failed response: a stable code, a sentence that says what to do, the field at fault if one is. */
export const ErrorBody = z.object({ code: ErrorCode, message: z.string(), field: z.string().optional() })
export type ErrorBody = z.infer<typeof ErrorBody>

/** An error with a stable code. The message is for the person who can act on it; `field` names the input at fault, `retryAfterS` when to come again. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly retryAfterS: number | undefined
  constructor(
    code: ErrorCode,
    message: string,
    options: { field?: string; retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.field = options.field
    this.retryAfterS = options.retryAfterS
  }
  get status(): number {
    return ERROR_CODES[this.code].status
  }
  toBody(): ErrorBody {
    return { code: this.code, message: this.message, ...(this.field ? { field: this.field } : {}) }
  }
}

/** Turns zod's first issue into a coded error that names the key (unknown keys included). */
export function invalidRequest(error: z.ZodError): AppError {
  const issue = error.issues[0]
  const path = issue?.path.join('.') ?? ''
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const field = path ? `${path}.${key}` : key
    return new AppError('invalid_request', `"${field}" is not a known field.`, { field, cause: error })
  }
  const message = issue ? `${path || 'The request'}: ${issue.message}` : 'The request is not valid.'
  return new AppError('invalid_request', message, { ...(path ? { field: path } : {}), cause: error })
}
