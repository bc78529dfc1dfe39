import { join } from 'node:path'
import { z } from 'zod'
import { startS3 } from './server.ts'

const Environment = z.object({
  R2_ENDPOINT: z
    .string()
    .regex(/^http:\/\/(localhost|127\.0\.0\.1):\d+\/?$/, 'must be http://localhost:<port> to run locally'),
  LOCAL_DATA_DIR: z.string().min(1),
  R2_BUCKET_NAME: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/),
  R2_ACCESS_KEY_ID: z.string().min(1),
  R2_SECRET_ACCESS_KEY: z.string().min(1),
  APP_URL: z.url(),
})

const environment = Environment.parse(process.env)
const server = await startS3({
  port: Number(new URL(environment.R2_ENDPOINT).port),
  dataDir: join(environment.LOCAL_DATA_DIR, 's3'),
  bucket: environment.R2_BUCKET_NAME,
  accessKeyId: environment.R2_ACCESS_KEY_ID,
  secretAccessKey: environment.R2_SECRET_ACCESS_KEY,
  allowedOrigins: [new URL(environment.APP_URL).origin],
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close())
process.stdout.write(`${JSON.stringify({ ready: true, url: server.url })}\n`)
