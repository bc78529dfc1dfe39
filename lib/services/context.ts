import type { Db } from '#db/client.ts'
import type { FACE_MODEL, UpscaleModelName } from '#lib/contracts/tasks/upscale.ts'
import type { AccountPolicy } from '#lib/core/accounts/account-policy.ts'
import type { RateLimits } from '#lib/core/accounts/rate-limits.ts'
import type { SpendingPolicy } from '#lib/core/spending/spending-policy.ts'
import type { Compute } from '#lib/providers/compute/port.ts'
import type { Mail } from '#lib/providers/mail/port.ts'
import type { Payments } from '#lib/providers/payments/port.ts'
import type { Storage } from '#lib/providers/storage/port.ts'

/** One structured log line. Values must be free of secrets and of personal data beyond ids. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void

/** Settings the services need; parsed once from the environment by `platform/env.ts`. */
export interface Settings {
  /** Public origin of the app, no trailing slash. */
  appUrl: string
  /** Active callback-token secrets, newest first: the first signs, all verify. */
  callbackSecrets: readonly [string, ...string[]]
  /** Keys the fingerprints of claims, e.g. of a first visit's credit. */
  claimSecret: string
  runpodEndpointId: string
  /** GPU class the endpoint runs on; a key of the rate card. */
  gpuClass: string
  /** Networks of upscaling whose weights are in the worker's image. */
  gpuModels: readonly (UpscaleModelName | typeof FACE_MODEL)[]
  /** Dispatches in doubt are not repeated before this. */
  dispatchUnknownMs: number
  /** A status read younger than this is served from the database. */
  statusMaxAgeMs: number
  /** How long a job may wait in RunPod's queue. */
  maxQueueWaitMs: number
  /** Floor of a run's time limit. */
  minExecutionTimeoutMs: number
  /** How much longer than both together RunPod keeps a job. */
  ttlMarginMs: number
  /** How long a hold outlives the last moment its job could end by itself. */
  holdMarginMs: number
  /** First back-off before a failed attempt is repeated; doubles. */
  retryBackoffMs: number
  rateLimits: RateLimits
  mailFrom: string
  adminEmails: readonly string[]
  accounts: AccountPolicy
  spending: SpendingPolicy
}

/** Everything a service may touch. Clock and ids come from here so that tests are exact. */
export interface Ctx {
  db: Db
  nowMs: () => number
  /** `newId('job')` → `job_…`: sortable by time, unguessable. */
  newId: (prefix: string) => string
  log: Log
  settings: Settings
  storage: Storage
  compute: Compute
  payments: Payments
  mail: Mail
}

/** A context with someone signed in. */
export interface UserCtx extends Ctx {
  userId: string
}
