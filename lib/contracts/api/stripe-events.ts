import { z } from 'zod'

export const STRIPE_EVENT_STATES = ['received', 'done', 'ignored', 'failed'] as const
export const StripeEventState = z.enum(STRIPE_EVENT_STATES)
export type StripeEventState = z.infer<typeof StripeEventState>

/** An event in the inbox, without its payload. */
export const StripeEventView = z.strictObject({
  event_id: z.string(),
  type: z.string(),
  state: StripeEventState,
  /** Why it could not be handled. */
  error: z.string().nullable(),
  attempts: z.number().int(),
  created_at_ms: z.number().int(),
  handled_at_ms: z.number().int().nullable(),
})
export type StripeEventView = z.infer<typeof StripeEventView>

export const StripeEventPage = z.strictObject({ events: z.array(StripeEventView), next_cursor: z.string().nullable() })
export type StripeEventPage = z.infer<typeof StripeEventPage>
