import { join } from 'node:path'
import { appValues, type Ports } from './local-env.ts'
import { databaseFolder, WRANGLER, wranglerEnv } from './migrate.ts'
import type { Command } from './process-group.ts'

export interface WebOptions {
  root: string
  dir: string
  ports: Ports
  env: Readonly<Record<string, string>>
}

/** The production build, run by workerd as Cloudflare does, with this instance's database and values. */
export function builtWeb({ root, dir, ports, env }: WebOptions): Command {
  const bindings = Object.entries(appValues(env)).flatMap(([name, value]) => ['--binding', `${name}=${value}`])
  return {
    name: 'web',
    args: [
      WRANGLER,
      ...['pages', 'dev', '.vercel/output/static'],
      ...['--ip', '127.0.0.1', '--port', String(ports.web), '--inspector-port', '0'],
      ...['--persist-to', databaseFolder(dir), '--show-interactive-dev-session=false'],
      ...bindings,
    ],
    env: { ...wranglerEnv(dir), WRANGLER_REGISTRY_PATH: join(dir, 'wrangler-registry') },
    cwd: root,
    logFile: join(dir, 'logs', 'web.log'),
  }
}

/** The sources, recompiled as they change, on the same database. */
export function devWeb({ root, dir, ports, env }: WebOptions): Command {
  return {
    name: 'web',
    args: ['node_modules/next/dist/bin/next', 'dev', '--port', String(ports.web), '--hostname', '127.0.0.1'],
    env: {
      ...wranglerEnv(dir),
      ...appValues(env),
      NEXT_TELEMETRY_DISABLED: '1',
      LOCAL_DATABASE: join(databaseFolder(dir), 'v3'),
    },
    cwd: root,
    logFile: join(dir, 'logs', 'web.log'),
  }
}
