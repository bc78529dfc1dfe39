import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppEnv } from '#lib/platform/env.ts'

export const SERVICES = ['web', 's3', 'runpod', 'stripe', 'mail'] as const
export type ServiceName = (typeof SERVICES)[number]
export type Ports = Record<ServiceName, number>

const DEFAULT_PORTS: Ports = { web: 8788, s3: 9301, runpod: 9302, stripe: 9303, mail: 9304 }

/** `PORT_WEB`, `PORT_S3` … override the usual ports. */
export function readPorts(env: NodeJS.ProcessEnv): Ports {
  const ports = { ...DEFAULT_PORTS }
  for (const name of SERVICES) {
    const text = env[portVariable(name)]
    if (text === undefined) continue
    const port = Number(text)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new Error(`${portVariable(name)}=${text} is not a port number.`)
    }
    ports[name] = port
  }
  return ports
}

export function portVariable(name: ServiceName): string {
  return `PORT_${name.toUpperCase()}`
}

/** Always by this name: the edge calls itself localhost whatever address it was reached at, and cookies go by name. */
export function urlOf(port: number): string {
  return `http://localhost:${port}`
}

function freshSecrets(): Record<string, string> {
  const random = (bytes: number) => randomBytes(bytes).toString('hex')
  return {
    AUTH_SECRET: random(32),
    CALLBACK_SECRETS: random(32),
    RECONCILE_SECRET: random(32),
    R2_ACCESS_KEY_ID: random(16),
    R2_SECRET_ACCESS_KEY: random(32),
    RUNPOD_API_KEY: `rpa_${random(20)}`,
    RUNPOD_WORKER_KEY: random(20),
    STRIPE_SECRET_KEY: `sk_test_${random(24)}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${random(24)}`,
    RESEND_API_KEY: `re_${random(16)}`,
    ADMIN_EMAILS: 'admin@reelballers.test',
  }
}

const HEADER = `# Made by the first start, for this machine only. Any value of .env.example may be added or changed here.\n`

/** The secrets of `<dir>/env`, written there once. What the file lacks (an older file, a new secret) is added. */
async function readSecrets(dir: string): Promise<Record<string, string>> {
  const file = join(dir, 'env')
  const text = await readFile(file, 'utf8').catch(() => HEADER)
  const present = parseEnvFile(text)
  const missing = Object.entries(freshSecrets()).filter(([name]) => !(name in present))
  if (missing.length > 0) {
    await mkdir(dir, { recursive: true })
    const added = missing.map(([name, value]) => `${name}=${value}\n`).join('')
    await writeFile(file, text + (text.endsWith('\n') ? '' : '\n') + added, { mode: 0o600 })
  }
  return { ...Object.fromEntries(missing), ...present }
}

/** `NAME=value` lines; blank lines and lines that begin with `#` are skipped. */
export function parseEnvFile(text: string): Record<string, string> {
  const entries = text.split('\n').flatMap((line) => {
    const match = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line)
    return match ? [[match[1] ?? '', (match[2] ?? '').trim()]] : []
  })
  return Object.fromEntries(entries)
}

/**
 * Everything the app, the stand-ins and the worker read, for one instance of the stack. `overrides` wins; then the shell, for
 * what is no connection of this instance (ADMIN_EMAILS, sign-in providers, timing); then `<dir>/env`.
 */
export async function makeLocalEnv(
  dir: string,
  ports: Ports,
  overrides: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const stored = await readSecrets(dir)
  const connections = {
    APP_URL: urlOf(ports.web),
    R2_ENDPOINT: urlOf(ports.s3),
    R2_BUCKET_NAME: 'reelballers',
    RUNPOD_API_BASE: `${urlOf(ports.runpod)}/v2`,
    RUNPOD_ENDPOINT_ID: 'local',
    GPU_CLASS: 'rtx-4090',
    STRIPE_API_BASE: urlOf(ports.stripe),
    MAIL_API_BASE: urlOf(ports.mail),
    MAIL_FROM: 'ReelBallers <hello@reelballers.test>',
    LOCAL_DATA_DIR: join(dir, 'data'),
  }
  const fixed = new Set([...Object.keys(connections), ...Object.keys(freshSecrets())])
  fixed.delete('ADMIN_EMAILS')
  const fromShell = Object.keys(AppEnv.shape).flatMap((name) => {
    const value = process.env[name]
    return value === undefined || fixed.has(name) ? [] : [[name, value]]
  })
  return { ...connections, ...stored, ...Object.fromEntries(fromShell), ...overrides }
}

/** The values of the app among them, as it would be given them in production. */
export function appValues(env: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set(Object.keys(AppEnv.shape))
  return Object.fromEntries(Object.entries(env).filter(([name]) => names.has(name)))
}
