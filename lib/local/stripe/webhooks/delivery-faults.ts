import { z } from 'zod'

/** What goes wrong between Stripe and the webhook endpoint. A field left out stays as it is. */
export const DeliveryFaults = z.strictObject({
  /** Extra copies of every event. */
  duplicate: z.int().min(0).max(10).optional(),
  delay_ms: z.int().min(0).max(60_000).optional(),
  /** Events of one action go out in another order than they happened. */
  shuffle: z.boolean().optional(),
  /** Keep everything back until released. */
  hold: z.boolean().optional(),
  /** Event types that get lost: they exist, but are never sent. */
  drop_types: z.array(z.string()).optional(),
  /** How many requests may be under way at once. */
  parallel: z.int().min(1).max(16).optional(),
})
export type DeliveryFaults = z.infer<typeof DeliveryFaults>

export const NO_FAULTS: Required<DeliveryFaults> = {
  duplicate: 0,
  delay_ms: 0,
  shuffle: false,
  hold: false,
  drop_types: [],
  parallel: 1,
}

/** Another order than the given one, whenever there is another. */
export function shuffled<T>(items: readonly T[]): T[] {
  const copy = [...items]
  for (let index = copy.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1))
    const [a, b] = [copy[index], copy[other]]
    if (a === undefined || b === undefined) continue
    copy[index] = b
    copy[other] = a
  }
  return copy.every((item, index) => item === items[index]) ? copy.reverse() : copy
}
