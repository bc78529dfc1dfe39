const DAY_MS = 24 * 3_600_000

/** How long sign-ins are good for what, in milliseconds; the operator decides (see .env.example). How often: rate-limits.ts. */
export interface AccountPolicy {
  /** A session ends this long after its sign-in, whatever happens. */
  sessionLastsMs: number
  /** A session ends when nobody uses it for so long. */
  sessionIdleMs: number
  /** A sign-in this young may do what cannot be undone. */
  recentSignInMs: number
}

export const USUAL_ACCOUNT_POLICY: AccountPolicy = {
  sessionLastsMs: 30 * DAY_MS,
  sessionIdleMs: 14 * DAY_MS,
  recentSignInMs: 15 * 60_000,
}
