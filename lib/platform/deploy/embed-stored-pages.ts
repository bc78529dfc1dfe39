import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { encodeStoredPages, type InlineHashes, type StoredPages } from '#lib/platform/stored-pages.ts'

const PLACEHOLDER = '__STORED_PAGES__'
const MiddlewareManifest = z.object({ middleware: z.object({ '/': z.object({ files: z.array(z.string()) }) }) })

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g
const INLINE_STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g

/** The hashes of everything inline in one HTML page, as browsers compute them: over the text between the tags. */
export function hashInline(html: string): InlineHashes {
  const hashes = (pattern: RegExp) => {
    const texts = [...html.matchAll(pattern)].map(([, text = '']) => text)
    return [...new Set(texts)].map((text) => `sha256-${createHash('sha256').update(text).digest('base64')}`)
  }
  return { scripts: hashes(INLINE_SCRIPT), styles: hashes(INLINE_STYLE) }
}

/** `server/app/pricing.html` is shown at `/pricing`, `index.html` at `/`. */
export function pathOfPage(file: string): string {
  const path = `/${file.replace(/\.html$/, '')}`
  return path === '/index' ? '/' : path
}

/** Runs after `next build`: writes the hashes of the stored pages into the compiled middleware. Returns how many pages it found. */
export async function embedStoredPages(nextFolder: string): Promise<number> {
  const app = join(nextFolder, 'server', 'app')
  const files = (await readdir(app, { recursive: true })).filter((file) => file.endsWith('.html'))
  const pages: StoredPages = new Map(
    await Promise.all(
      files.map(async (file) => {
        const path = join(app, file)
        return [pathOfPage(relative(app, path)), hashInline(await readFile(path, 'utf8'))] as const
      }),
    ),
  )
  await replaceOnce(await middlewareFiles(nextFolder), PLACEHOLDER, encodeStoredPages(pages))
  return pages.size
}

async function middlewareFiles(nextFolder: string): Promise<string[]> {
  const text = await readFile(join(nextFolder, 'server', 'middleware-manifest.json'), 'utf8')
  return MiddlewareManifest.parse(JSON.parse(text)).middleware['/'].files.map((file) => join(nextFolder, file))
}

/** A build whose policy would block its own pages must not come out. */
async function replaceOnce(files: string[], text: string, replacement: string): Promise<void> {
  const sources = await Promise.all(files.map(async (file) => ({ file, source: await readFile(file, 'utf8') })))
  const hits = sources.filter(({ source }) => source.includes(text))
  const [hit, second] = hits
  if (!hit || second || hit.source.split(text).length !== 2) {
    throw new Error(`${text} must stand once in the compiled middleware, for the hashes of the stored pages.`)
  }
  await writeFile(
    hit.file,
    hit.source.replace(text, () => replacement),
  )
}

if (import.meta.main) {
  const count = await embedStoredPages(join(import.meta.dirname, '..', '..', '..', '.next'))
  console.log(`Content security policy: hashes of ${count} stored pages embedded.`)
}
