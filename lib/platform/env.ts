import { z } from 'zod'
import { FACE_MODEL, UPSCALE_MODELS } from '#lib/contracts/tasks/upscale.ts'
import { USUAL_ACCOUNT_POLICY } from '#lib/core/accounts/account-policy.ts'
import { parseRateLimit, RATE_LIMITS } from '#lib/core/accounts/rate-limits.ts'
import { MICROS_PER_CREDIT } from '#lib/core/money.ts'
import { isGpuClass } from '#lib/core/pricing/rate-card.ts'
import { USUAL_SPENDING_POLICY } from '#lib/core/spending/spending-policy.ts'
import type { Settings } from '#lib/services/context.ts'

/** An origin such as `https://reelballers.app`: no path, no trailing slash. */
const origin = z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).origin === url, 'must be an origin only')
const baseUrl = z.url({ protocol: /^https?$/ }).refine((url) => !url.endsWith('/'), 'must not end with a slash')
const secret = z.string().min(32, 'must have at least 32 characters')
const key = z.string().min(1)
const rateLimit = z.string().refine((text) => parseRateLimit(text) !== null, 'must be <name>=<calls>/<seconds>')
const count = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback)
const milliseconds = (fallback: number) => z.coerce.number().int().positive().default(fallback)

const listOf = <Item extends string>(item: z.ZodType<Item, string>) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item))

/** Every value the app reads, with what it is for. `.env.example` documents the same names; a test compares the two. */
export const AppEnv = z
  .object({
    APP_URL: origin,
    AUTH_SECRET: secret,
    CALLBACK_SECRETS: listOf(secret).pipe(z.tuple([z.string()], z.string())),
    RECONCILE_SECRET: secret,
    ADMIN_EMAILS: listOf(z.email()).default([]),

    R2_ENDPOINT: origin,
    R2_ACCESS_KEY_ID: key,
    R2_SECRET_ACCESS_KEY: key,
    R2_BUCKET_NAME: key,

    RUNPOD_API_BASE: baseUrl.default('https://api.runpod.ai/v2'),
    RUNPOD_API_KEY: key,
    RUNPOD_ENDPOINT_ID: key,
    GPU_CLASS: key.refine(isGpuClass, 'is not on the rate card'),
    GPU_MODELS: listOf(z.enum([...UPSCALE_MODELS, FACE_MODEL])).default(['reelsr-std', 'reelsr-fast']),

    STRIPE_API_BASE: origin.default('https://api.stripe.com'),
    STRIPE_SECRET_KEY: key,
    STRIPE_WEBHOOK_SECRET: key,
    STRIPE_TAX: z.enum(['on', 'off']).default('off'),
    STRIPE_INVOICES: z.enum(['on', 'off']).default('off'),

    MAIL_API_BASE: baseUrl.default('https://api.resend.com'),
    RESEND_API_KEY: key,
    MAIL_FROM: key,

    AUTH_GOOGLE_ID: key.optional(),
    AUTH_GOOGLE_SECRET: key.optional(),
    AUTH_GITHUB_ID: key.optional(),
    AUTH_GITHUB_SECRET: key.optional(),

    RATE_LIMITS: listOf(rateLimit).default([]),

    SESSION_LASTS_MS: milliseconds(USUAL_ACCOUNT_POLICY.sessionLastsMs),
    SESSION_IDLE_MS: milliseconds(USUAL_ACCOUNT_POLICY.sessionIdleMs),
    RECENT_SIGN_IN_MS: milliseconds(USUAL_ACCOUNT_POLICY.recentSignInMs),

    FIRST_VISIT_CREDITS: count(0),
    GOODWILL_DAYS: count(USUAL_SPENDING_POLICY.goodwill.days),
    GOODWILL_COUNT: count(USUAL_SPENDING_POLICY.goodwill.count),
    GOODWILL_SHARE_PERCENT: count(USUAL_SPENDING_POLICY.goodwill.shareBps / 100).pipe(z.number().max(100)),
    GOODWILL_FLOOR_CREDITS: count(USUAL_SPENDING_POLICY.goodwill.floorMicros / MICROS_PER_CREDIT),

    DISPATCH_UNKNOWN_MS: milliseconds(60_000),
    STATUS_MAX_AGE_MS: milliseconds(10_000),
    MAX_QUEUE_WAIT_MS: milliseconds(7_200_000),
    MIN_EXECUTION_TIMEOUT_MS: milliseconds(300_000),
    TTL_MARGIN_MS: milliseconds(60_000),
    HOLD_MARGIN_MS: milliseconds(600_000),
    RETRY_BACKOFF_MS: milliseconds(5_000),
  })
  .refine((env) => !env.AUTH_GOOGLE_ID === !env.AUTH_GOOGLE_SECRET, {
    path: ['AUTH_GOOGLE_SECRET'],
    error: 'AUTH_GOOGLE_ID and AUTH_GOOGLE_SECRET belong together',
  })
  .refine((env) => !env.AUTH_GITHUB_ID === !env.AUTH_GITHUB_SECRET, {
    path: ['AUTH_GITHUB_SECRET'],
    error: 'AUTH_GITHUB_ID and AUTH_GITHUB_SECRET belong together',
  })
export type AppEnv = z.infer<typeof AppEnv>

/** Parses raw values; an empty text counts as absent. Throws one error that names every wrong value, but prints none. */
export function parseEnv(values: Readonly<Record<string, unknown>>): AppEnv {
  const present = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
  const result = AppEnv.safeParse(present)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`The environment is not complete (see .env.example):\n  ${problems.join('\n  ')}`)
}

/** What services may know of the environment. */
export function toSettings(env: AppEnv): Settings {
  return {
    appUrl: env.APP_URL,
    callbackSecrets: env.CALLBACK_SECRETS,
    claimSecret: env.AUTH_SECRET,
    runpodEndpointId: env.RUNPOD_ENDPOINT_ID,
    gpuClass: env.GPU_CLASS,
    gpuModels: env.GPU_MODELS,
    dispatchUnknownMs: env.DISPATCH_UNKNOWN_MS,
    statusMaxAgeMs: env.STATUS_MAX_AGE_MS,
    maxQueueWaitMs: env.MAX_QUEUE_WAIT_MS,
    minExecutionTimeoutMs: env.MIN_EXECUTION_TIMEOUT_MS,
    ttlMarginMs: env.TTL_MARGIN_MS,
    holdMarginMs: env.HOLD_MARGIN_MS,
    retryBackoffMs: env.RETRY_BACKOFF_MS,
    rateLimits: rateLimitsOf(env),
    mailFrom: env.MAIL_FROM,
    adminEmails: env.ADMIN_EMAILS,
    accounts: {
      sessionLastsMs: env.SESSION_LASTS_MS,
      sessionIdleMs: env.SESSION_IDLE_MS,
      recentSignInMs: env.RECENT_SIGN_IN_MS,
    },
    spending: {
      firstVisitMicros: env.FIRST_VISIT_CREDITS * MICROS_PER_CREDIT,
      goodwill: {
        days: env.GOODWILL_DAYS,
        count: env.GOODWILL_COUNT,
        shareBps: env.GOODWILL_SHARE_PERCENT * 100,
        floorMicros: env.GOODWILL_FLOOR_CREDITS * MICROS_PER_CREDIT,
      },
    },
  }
}

function rateLimitsOf(env: AppEnv): Settings['rateLimits'] {
  const changed = env.RATE_LIMITS.flatMap((text) => parseRateLimit(text) ?? [])
  return { ...RATE_LIMITS, ...Object.fromEntries(changed.map(({ name, window }) => [name, window])) }
}
