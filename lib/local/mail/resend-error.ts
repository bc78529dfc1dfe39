/** Names and statuses: https://resend.com/docs/api-reference/errors. */
type Name =
  | 'application_error'
  | 'invalid_idempotency_key'
  | 'invalid_idempotent_request'
  | 'internal_server_error'
  | 'method_not_allowed'
  | 'missing_api_key'
  | 'missing_required_field'
  | 'not_found'
  | 'rate_limit_exceeded'
  | 'validation_error'

/** An answer in the shape of Resend's errors. */
export class ResendError extends Error {
  readonly statusCode: number
  override readonly name: Name

  constructor(statusCode: number, name: Name, message: string) {
    super(message)
    this.statusCode = statusCode
    this.name = name
  }

  toJSON() {
    return { statusCode: this.statusCode, name: this.name, message: this.message }
  }
}

/** What Resend would say with a status that a test asked for. */
export function errorOfStatus(status: number): ResendError {
  if (status === 429) return new ResendError(status, 'rate_limit_exceeded', 'Too many requests.')
  if (status === 500) return new ResendError(status, 'internal_server_error', 'An unexpected error occurred.')
  return new ResendError(status, 'application_error', 'An unexpected error occurred.')
}
