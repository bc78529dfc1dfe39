export interface MailMessage {
  to: string
  subject: string
  text: string
  html: string
  /** Same key → the provider sends once. */
  idempotencyKey: string
}

export interface Mail {
  /** Throws AppError `unavailable` when the provider does not take the mail. */
  send(message: MailMessage): Promise<void>
}
