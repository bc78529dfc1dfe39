import type { PaymentEvent } from '#lib/providers/payments/port.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Handles one event type, repeatably. `ignored`: the event is none of ours. Throws when it could not be handled. */
export type StripeEventHandler = (given: { ctx: Ctx; event: PaymentEvent }) => Promise<'done' | 'ignored'>
