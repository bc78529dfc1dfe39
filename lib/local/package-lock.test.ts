import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() }),
  ),
})

let packages: z.infer<typeof Lock>['packages']

beforeAll(async () => {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8')
  packages = Lock.parse(JSON.parse(text)).packages
})

/** As Node looks a package up: beside the one that wants it, then in every folder above. */
function isLocked(from: string, name: string): boolean {
  const folders = from.split('/node_modules/')
  return (
    folders.some((_folder, count) => {
      const above = [...folders.slice(0, folders.length - count), name].join('/node_modules/')
      return packages[above] !== undefined
    }) || packages[`node_modules/${name}`] !== undefined
  )
}

test('the lock file names no registry, so that any mirror serves an install', () => {
  expect(Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([])
})

test('the builds for other systems are locked too: npm ci refuses a lock file without them', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isLocked(path, name)),
  )
  expect(missing).toEqual([])
})
