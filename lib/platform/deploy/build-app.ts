import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const QUIET = { NEXT_TELEMETRY_DISABLED: '1', VERCEL_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', CI: '1' } as const

/** What `vercel build` asks for before it works without an account. */
const PROJECT = { projectId: '_', orgId: '_', settings: { framework: 'nextjs' } }

/** Webpack names a module with its whole configuration, encoded. */
const MAX_LINE = 240

export interface BuildOptions {
  /** Gets every line the tools print. */
  onLine?: (line: string) => void
  /** Ends the build, and every process of it, at once. */
  signal?: AbortSignal
}

/**
 * Builds the app into `.vercel/output/static`, the folder that Pages and `wrangler pages dev` serve. vercel.json says what runs
 * inside: `next build`, then the hashes of the stored pages.
 */
export async function buildApp(root: string, options: BuildOptions = {}): Promise<void> {
  await mkdir(join(root, '.vercel'), { recursive: true })
  await writeFile(join(root, '.vercel', 'project.json'), JSON.stringify(PROJECT))
  await runTool(root, ['node_modules/vercel/dist/vc.js', 'build', '--prod', '--yes'], options)
  await runTool(root, ['node_modules/@cloudflare/next-on-pages/bin/index.js', '--skip-build', '--no-color'], options)
}

async function runTool(root: string, [script = '', ...args]: string[], options: BuildOptions): Promise<void> {
  options.signal?.throwIfAborted()
  const path = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...QUIET, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: the tools start others, which must end with them.
    detached: true,
  })
  const end = () => process.kill(-(child.pid ?? 0), 'SIGKILL')
  options.signal?.addEventListener('abort', end)
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return
      const shown = line.slice(0, MAX_LINE)
      lines.push(shown)
      options.onLine?.(shown)
    })
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  options.signal?.removeEventListener('abort', end)
  options.signal?.throwIfAborted()
  if (code !== 0) throw new Error(`${script} failed (exit ${code}):\n${lines.slice(-40).join('\n')}`)
}

if (import.meta.main) {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error(signal)))
  await buildApp(join(import.meta.dirname, '..', '..', '..'), { onLine: console.log, signal: stop.signal })
}
