import { join } from 'node:path'
import { z } from 'zod'
import { startStripe } from './server.ts'

const Environment = z.object({
  /** `http://localhost:PORT`, the same value the application talks to. */
  STRIPE_API_BASE: z.url({ protocol: /^http$/, hostname: /^(localhost|127\.0\.0\.1)$/ }),
  LOCAL_DATA_DIR: z.string().min(1),
  STRIPE_SECRET_KEY: z.string().startsWith('sk_test_'),
  STRIPE_WEBHOOK_SECRET: z.string().startsWith('whsec_'),
  APP_URL: z.url(),
})

const env = Environment.parse(process.env)
const server = await startStripe({
  port: Number(new URL(env.STRIPE_API_BASE).port || 80),
  dataDir: join(env.LOCAL_DATA_DIR, 'stripe'),
  secretKey: env.STRIPE_SECRET_KEY,
  webhookUrl: new URL('/api/webhook/stripe', env.APP_URL).href,
  webhookSecret: env.STRIPE_WEBHOOK_SECRET,
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
}
process.stdout.write(`${JSON.stringify({ ready: true, url: server.url })}\n`)
