import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FileLock, lockFile } from './file-lock.ts'

const NAME = /^reelballers-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Locked as long as the process lives that uses the folder. */
const OWNER = '.owner'

/** Gives `use` a folder of its own, deleted afterwards whatever happens. */
export async function withWorkDir<Value>(
  base: string | undefined,
  use: (dir: string) => Promise<Value>,
): Promise<Value> {
  const { dir, lock } = await makeWorkDir(base ?? tmpdir())
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 })
    lock?.release()
  }
}

async function makeWorkDir(base: string): Promise<{ dir: string; lock: FileLock | undefined }> {
  for (;;) {
    const dir = join(base, `reelballers-${randomUUID()}`)
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const lock = lockFile(join(dir, OWNER), true)
    if (lock === 'unknown') return { dir, lock: undefined }
    // Somebody who cleans up was faster, and is about to remove it.
    if (lock === 'taken') continue
    return { dir, lock }
  }
}

/**
 * Removes the folders of processes that were killed before they could do it themselves: those whose owner holds its lock no more. Answers how
 * many. A folder without a lock file is left: it may be just being made.
 */
export async function removeAbandonedWorkDirs(base: string = tmpdir()): Promise<number> {
  let removed = 0
  const names = await readdir(base).catch((): string[] => [])
  for (const name of names.filter((entry) => NAME.test(entry))) {
    const dir = join(base, name)
    const lock = lockFile(join(dir, OWNER), false)
    if (typeof lock === 'string') continue
    await rm(dir, { recursive: true, force: true, maxRetries: 3 })
    lock.release()
    removed += 1
  }
  return removed
}
