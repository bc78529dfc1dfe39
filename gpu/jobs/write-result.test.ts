import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { testFolder } from '#gpu/testing/task-context.ts'
import { writeResult } from './write-result.ts'

it('writes any JSON value as gzip, piece by piece', async () => {
  const dir = await testFolder()
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const text = gunzipSync(await readFile(await writeResult(dir, value))).toString()
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { numRuns: 50 },
  )
})

it('leaves out what is undefined, as JSON does', async () => {
  const path = await writeResult(await testFolder(), { a: 1, b: undefined, c: [1, 2] })
  expect(gunzipSync(await readFile(path)).toString()).toBe('{"a":1,"c":[1,2]}')
})
