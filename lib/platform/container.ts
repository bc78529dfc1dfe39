import { makeDb } from '#db/client.ts'
import { createRunpodCompute } from '#lib/providers/compute/runpod.ts'
import { createResendMail } from '#lib/providers/mail/resend.ts'
import { createStripePayments } from '#lib/providers/payments/stripe.ts'
import { createR2Storage } from '#lib/providers/storage/r2.ts'
import type { Ctx } from '#lib/services/context.ts'
import { readHost } from './cloudflare.ts'
import { type AppEnv, parseEnv, toSettings } from './env.ts'
import { newId } from './ids.ts'
import { log } from './log.ts'

type Parts = Pick<Ctx, 'settings' | 'storage' | 'compute' | 'payments' | 'mail'>

/** Values do not change while an isolate lives, so they are parsed, and the adapters made, once. */
let made: { env: AppEnv; parts: Parts } | null = null

function isolate(): { env: AppEnv; parts: Parts } {
  if (made) return made
  const env = parseEnv(readHost().values)
  made = { env, parts: makeParts(env) }
  return made
}

function makeParts(env: AppEnv): Parts {
  return {
    settings: toSettings(env),
    storage: createR2Storage({
      endpoint: env.R2_ENDPOINT,
      accessKeyId: env.R2_ACCESS_KEY_ID,
      secretAccessKey: env.R2_SECRET_ACCESS_KEY,
      bucket: env.R2_BUCKET_NAME,
    }),
    compute: createRunpodCompute({ apiBase: env.RUNPOD_API_BASE, apiKey: env.RUNPOD_API_KEY }),
    payments: createStripePayments({
      apiBase: env.STRIPE_API_BASE,
      secretKey: env.STRIPE_SECRET_KEY,
      webhookSecret: env.STRIPE_WEBHOOK_SECRET,
      livemode: /^[rs]k_live_/.test(env.STRIPE_SECRET_KEY),
      tax: env.STRIPE_TAX === 'on',
      invoices: env.STRIPE_INVOICES === 'on',
    }),
    mail: createResendMail({ apiBase: env.MAIL_API_BASE, apiKey: env.RESEND_API_KEY, from: env.MAIL_FROM }),
  }
}

/** The environment of this deployment, for the few places that need more than a service may know. */
export function readEnv(): AppEnv {
  return isolate().env
}

/** Everything a service needs, for the request being answered. The only place where adapters are chosen. */
export function makeContext(): Ctx {
  return { db: makeDb(readHost().database), nowMs: () => Date.now(), newId, log, ...isolate().parts }
}
