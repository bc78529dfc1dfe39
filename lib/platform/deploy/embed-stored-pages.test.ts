import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeStoredPages } from '#lib/platform/stored-pages.ts'
import { embedStoredPages, hashInline, pathOfPage } from './embed-stored-pages.ts'

let folder: string

async function write(path: string, text: string): Promise<void> {
  const file = join(folder, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, text)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stored-pages-'))
  const manifest = { version: 3, middleware: { '/': { files: ['server/runtime.js', 'server/middleware.js'] } } }
  await write('server/middleware-manifest.json', JSON.stringify(manifest))
  await write('server/runtime.js', 'self.x=1')
  await write('server/middleware.js', 'let a=read("__STORED_PAGES__")')
  await write('server/app/index.html', '<script src="/a.js"></script><script>go()</script><style>b{}</style>')
  await write('server/app/legal/terms.html', '<script type="module" id="_R_">go()</script>')
})

afterEach(() => rm(folder, { recursive: true }))

test('inline scripts and styles are hashed as browsers do; scripts with a source are not', () => {
  // printf 'go()' | openssl dgst -sha256 -binary | base64
  const go = 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='
  expect(hashInline('<script src="/a.js"></script><script>go()</script><script id="x">go()</script>')).toEqual({
    scripts: [go],
    styles: [],
  })
  expect(hashInline('<style data-x>go()</style>').styles).toEqual([go])
})

test('pages are found under the path they are shown at', () => {
  expect(['index.html', '_not-found.html', 'legal/terms.html'].map(pathOfPage)).toEqual([
    '/',
    '/_not-found',
    '/legal/terms',
  ])
})

test('the compiled middleware knows every stored page afterwards', async () => {
  expect(await embedStoredPages(folder)).toBe(2)
  const compiled = await readFile(join(folder, 'server/middleware.js'), 'utf8')
  const pages = decodeStoredPages(/"(.*)"/.exec(compiled)?.[1] ?? '')
  expect([...pages.keys()].sort()).toEqual(['/', '/legal/terms'])
  expect(pages.get('/')).toEqual(hashInline('<script>go()</script><style>b{}</style>'))
})

test('a build whose middleware lost the place for the hashes fails', async () => {
  await write('server/middleware.js', 'let a=read("")')
  await expect(embedStoredPages(folder)).rejects.toThrow('must stand once')
})
