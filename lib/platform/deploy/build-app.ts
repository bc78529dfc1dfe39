import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

const QUIET = { NEXT_TELEMETRY_DISABLED: '1', VERCEL_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', CI: '1' }

/** What `vercel build` asks for before it works without an account. */
const PROJECT = { projectId: '_', orgId: '_', settings: { framework: 'nextjs' } }

/** Webpack names a module with its whole configuration, encoded. */
const MAX_LINE = 240

/**
 * Builds the app into `.vercel/output/static`, the folder that Pages and `wrangler pages dev` serve. vercel.json says what runs
 * inside: `next build`, then the hashes of the stored pages. `onLine` gets every line the tools print.
 */
export async function buildApp(root: string, onLine: (line: string) => void): Promise<void> {
  await mkdir(join(root, '.vercel'), { recursive: true })
  await writeFile(join(root, '.vercel', 'project.json'), JSON.stringify(PROJECT))
  await runTool(root, ['node_modules/vercel/dist/vc.js', 'build', '--prod', '--yes'], onLine)
  await runTool(root, ['node_modules/@cloudflare/next-on-pages/bin/index.js', '--skip-build', '--no-color'], onLine)
}

async function runTool(root: string, [script = '', ...args]: string[], onLine: (line: string) => void): Promise<void> {
  const path = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...QUIET, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const collect = (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n')) {
      if (line.trim() === '') continue
      const shown = line.slice(0, MAX_LINE)
      lines.push(shown)
      onLine(shown)
    }
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${script} failed (exit ${code}):\n${lines.slice(-40).join('\n')}`)
}

if (import.meta.main) await buildApp(join(import.meta.dirname, '..', '..', '..'), console.log)
