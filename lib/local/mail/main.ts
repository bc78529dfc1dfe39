import { join } from 'node:path'
import { z } from 'zod'
import { startMail } from './server.ts'

const Env = z.object({
  /** Where the product sends mail to; its port is the one served here. */
  MAIL_API_BASE: z.url(),
  RESEND_API_KEY: z.string().min(1),
  LOCAL_DATA_DIR: z.string().min(1),
})

const env = Env.parse(process.env)
const mail = await startMail({
  port: Number(new URL(env.MAIL_API_BASE).port),
  dataDir: join(env.LOCAL_DATA_DIR, 'mail'),
  apiKey: env.RESEND_API_KEY,
})
console.log(JSON.stringify({ ready: true, url: mail.url }))

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void mail.close().then(() => process.exit(0))
  })
}
