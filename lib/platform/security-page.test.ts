import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RATE_LIMITS } from '#lib/core/accounts/rate-limits.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFile(join(ROOT, path), 'utf8')

const exists = (path: string) =>
  access(join(ROOT, path)).then(
    () => true,
    () => false,
  )

test('every test that SECURITY.md names is there', async () => {
  const named = [...(await read('SECURITY.md')).matchAll(/`([\w./-]+\.(?:test|deep|spec)\.ts)`/g)].map(
    ([, path = '']) => path,
  )
  expect(named.length).toBeGreaterThan(30)
  const missing = await Promise.all(named.map(async (path) => ((await exists(path)) ? [] : [path])))
  expect(missing.flat()).toEqual([])
})

test('every row of its tables of threats names a test', async () => {
  const [, defences = ''] = /## What is done about it[^\n]*\n([\s\S]*?)\n## /.exec(await read('SECURITY.md')) ?? []
  const rows = defences.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| threat'))
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.filter((row) => !/`[\w./-]+\.(?:test|deep|spec)\.ts`/.test(row))).toEqual([])
})

test('docs/operations.md lists the rate limits there are, as they are', async () => {
  const rows = [...(await read('docs/operations.md')).matchAll(/^\| `([a-z_]+\.[a-z]+)` \| (\d+) \| (\d+) \|/gm)]
  const listed = rows.map(([, name, limit, seconds]) => [
    name,
    { limit: Number(limit), windowMs: Number(seconds) * 1000 },
  ])
  expect(Object.fromEntries(listed)).toEqual(RATE_LIMITS)
  expect(listed).toHaveLength(Object.keys(RATE_LIMITS).length)
})
