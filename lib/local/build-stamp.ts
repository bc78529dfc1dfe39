import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildOptions, buildApp } from '#lib/platform/deploy/build-app.ts'

/** What the build is made of. */
const SOURCES = [
  'app',
  'lib',
  'db',
  'public',
  'instrumentation-client.ts',
  'middleware.ts',
  'next.config.ts',
  'postcss.config.mjs',
  'vercel.json',
]
const ALSO = ['package.json', 'package-lock.json', 'tsconfig.json', 'wrangler.toml']
const NOT_BUILT = /^lib\/local\/|\.(?:test|deep)\.tsx?$|\.md$/

/** A hash over the path and content of every file the build reads. */
export async function hashSources(root: string): Promise<string> {
  const files: string[] = []
  for (const source of [...SOURCES, ...ALSO]) files.push(...(await listFiles(root, source)))
  const hash = createHash('sha256')
  for (const file of files.filter((path) => !NOT_BUILT.test(path)).sort()) {
    hash
      .update(`${file}\0`)
      .update(await readFile(join(root, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

async function listFiles(root: string, source: string): Promise<string[]> {
  const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true }).catch(() => null)
  if (entries === null) return [source]
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}

/** Builds unless the last build was made of the same sources. True when it built. */
export async function ensureBuild(root: string, options: BuildOptions): Promise<boolean> {
  const stampFile = join(root, '.vercel', 'output', 'sources')
  const hash = await hashSources(root)
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === hash) return false
  await buildApp(root, options)
  await writeFile(stampFile, hash)
  return true
}
