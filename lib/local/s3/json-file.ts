import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { z } from 'zod'

/** Replaces the file in one step: a reader, or the next start after a crash, sees the old or the new, never half. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const tmpPath = `${path}.${randomUUID()}.tmp`
  await writeFile(tmpPath, JSON.stringify(value))
  await rename(tmpPath, path)
}

export async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
  return schema.parse(JSON.parse(await readFile(path, 'utf8')))
}
