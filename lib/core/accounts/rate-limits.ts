export interface RateWindow {
  /** How many calls one window admits. */
  limit: number
  windowMs: number
}

const minute = (limit: number): RateWindow => ({ limit, windowMs: 60_000 })
const hour = (limit: number): RateWindow => ({ limit, windowMs: 3_600_000 })

/**
 * Every limit by what is limited and for whom; `RATE_LIMITS` in the environment changes single ones, docs/operations.md explains them.
 * `ip` is a network as limited-address.ts sees it: a school's whole gym may be behind one.
 */
export const RATE_LIMITS = {
  /** Per address: nobody's mailbox is flooded. Per network: nobody floods many. */
  'sign_in_mail.address': hour(5),
  'sign_in_mail.ip': hour(30),
  'sign_in_confirm.ip': hour(60),
  /** Someone trying stolen cards needs many Checkouts; someone paying needs one or two. */
  'top_up.user': hour(10),
  'top_up.ip': hour(30),
  /** The page asks whenever a setting changes; nobody changes one every six seconds for an hour. */
  'quote.user': hour(600),
  /** Uploads opened, not resumed. */
  'upload.user': hour(120),
  /** An export reads everything a person has. */
  'export.user': { limit: 5, windowMs: 24 * 3_600_000 },
  /** All changes of a user together, whatever they change. */
  'write.user': minute(600),
  /** From here on counted per route in the memory of one edge process: writing down each of these would cost more than it saves. */
  'write.ip': minute(3000),
  'read.user': minute(1200),
  'read.ip': minute(6000),
  /** Requests without a valid session, token or signature. */
  'refused.ip': minute(120),
} as const satisfies Record<string, RateWindow>

export type RateLimitName = keyof typeof RATE_LIMITS
export type RateLimits = Readonly<Record<RateLimitName, RateWindow>>

/** No window is longer: what is counted names addresses and users, which need not be kept. */
export const LONGEST_WINDOW_S = 24 * 3600

export function isRateLimitName(name: string): name is RateLimitName {
  return Object.hasOwn(RATE_LIMITS, name)
}

/** `write.user=600/60` → that limit is 600 calls in 60 seconds; null for anything else. */
export function parseRateLimit(text: string): { name: RateLimitName; window: RateWindow } | null {
  const [, name = '', limit, seconds] = /^([\w.]+)=([1-9]\d{0,6})\/([1-9]\d{0,4})$/.exec(text) ?? []
  if (!isRateLimitName(name) || Number(seconds) > LONGEST_WINDOW_S) return null
  return { name, window: { limit: Number(limit), windowMs: Number(seconds) * 1000 } }
}
