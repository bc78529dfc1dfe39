import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProcess } from './process-group.ts'

/** The settings every wrangler command runs with: no questions, no reports home, nothing written outside `dir`. */
export function wranglerEnv(dir: string): Record<string, string | undefined> {
  return {
    ...process.env,
    CI: '1',
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    XDG_CONFIG_HOME: join(dir, 'wrangler-home'),
    NO_COLOR: '1',
  }
}

export const WRANGLER = 'node_modules/wrangler/bin/wrangler.js'

/** Where wrangler keeps this instance's database. */
export function databaseFolder(dir: string): string {
  return join(dir, 'wrangler')
}

/** Applies the migrations this database lacks, with the tool that does it in production. True when there was something to do. */
export async function applyMigrations(root: string, dir: string): Promise<boolean> {
  const folder = join(root, 'migrations')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(name).update(await readFile(join(folder, name)))
  const digest = hash.digest('hex')
  const stampFile = join(databaseFolder(dir), 'migrations')
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === digest) return false

  await mkdir(join(dir, 'logs'), { recursive: true })
  const migration = startProcess({
    name: 'migrations',
    args: [WRANGLER, 'd1', 'migrations', 'apply', 'DB', '--local', '--persist-to', databaseFolder(dir)],
    env: wranglerEnv(dir),
    cwd: root,
    logFile: join(dir, 'logs', 'migrations.log'),
  })
  const ended = await migration.ended
  if (ended !== 'exit 0') throw new Error(`The database could not be migrated (${ended}):\n${migration.tail()}`)
  await writeFile(stampFile, digest)
  return true
}
