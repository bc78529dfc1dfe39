import { closeSync, constants, openSync } from 'node:fs'
import { createRequire } from 'node:module'

const [LOCK_EX, LOCK_NB] = [2, 4]

type Flock = (fd: number, operation: number) => number
let flock: Flock | null | undefined

/** `flock(2)`; null where it cannot be called. */
function loadFlock(): Flock | null {
  if (flock === undefined) {
    try {
      const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
      flock = koffi.load('libc.so.6').func('int flock(int, int)') as unknown as Flock
    } catch {
      flock = null
    }
  }
  return flock
}

export interface FileLock {
  release(): void
}

/**
 * Locks a file for this process, also against processes in other containers; the kernel lets go when the process ends, however it ends.
 * `create` makes the file. `taken` when another holds it, `unknown` when it is not there or locks cannot be had here.
 */
export function lockFile(path: string, create: boolean): FileLock | 'taken' | 'unknown' {
  const lock = loadFlock()
  if (lock === null) return 'unknown'
  let fd: number
  try {
    // Node opens with O_CLOEXEC: children do not hold the lock on.
    fd = openSync(path, constants.O_RDWR | (create ? constants.O_CREAT : 0), 0o600)
  } catch {
    return 'unknown'
  }
  if (lock(fd, LOCK_EX | LOCK_NB) === 0) return { release: () => closeSync(fd) }
  closeSync(fd)
  return 'taken'
}
