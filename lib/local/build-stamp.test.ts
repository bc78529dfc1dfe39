import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hashSources } from './build-stamp.ts'

let root: string

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true })
  await writeFile(join(root, path), text)
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'build-stamp-'))
  for (const folder of ['app', 'lib/local', 'db', 'public']) await mkdir(join(root, folder), { recursive: true })
  for (const file of [
    'instrumentation-client.ts',
    'middleware.ts',
    'next.config.ts',
    'postcss.config.mjs',
    'vercel.json',
  ])
    await write(file, '')
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'wrangler.toml']) await write(file, '{}')
  await write('app/page.tsx', 'one')
})

afterEach(() => rm(root, { recursive: true }))

test.each([
  ['a changed page', 'app/page.tsx', 'two'],
  ['a new file', 'lib/core/new.ts', ''],
  ['another package', 'package-lock.json', '{"a":1}'],
  ['other build settings', 'vercel.json', '{"a":1}'],
])('%s asks for a new build', async (_what, path, text) => {
  const before = await hashSources(root)
  await write(path, text)
  expect(await hashSources(root)).not.toBe(before)
})

test.each([
  ['a test', 'app/page.test.tsx'],
  ['a stand-in', 'lib/local/s3/server.ts'],
  ['a note', 'lib/core/README.md'],
])('%s does not', async (_what, path) => {
  const before = await hashSources(root)
  await write(path, 'new')
  expect(await hashSources(root)).toBe(before)
})

test('moving text from one file to the next is a change', async () => {
  await write('db/a.ts', 'xy')
  await write('db/b.ts', '')
  const before = await hashSources(root)
  await write('db/a.ts', 'x')
  await write('db/b.ts', 'y')
  expect(await hashSources(root)).not.toBe(before)
})
