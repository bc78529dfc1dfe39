import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, constants, openSync, unlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

const F_SETPIPE_SZ = 1031
const PIPE_BYTES = 1 << 20

export interface Pipe {
  readonly readFd: number
  readonly writeFd: number
}

/**
 * A kernel pipe with both ends as plain file descriptors (Node's own 'pipe' is a socket pair, with half the throughput).
 * The FIFO it is made from is deleted at once, so nothing stays on disk. The caller closes both ends.
 */
export async function openPipe(dir: string): Promise<Pipe> {
  const path = join(dir, `pipe-${randomUUID()}`)
  if (libc()?.mkfifo(path, 0o600) !== 0) await promisify(execFile)('mkfifo', ['-m', '600', path])
  // Opening read-write never blocks, and lets the other two opens return at once.
  const open: number[] = []
  try {
    open.push(openSync(path, constants.O_RDWR))
    const readFd = openSync(path, constants.O_RDONLY)
    open.push(readFd)
    const writeFd = openSync(path, constants.O_WRONLY)
    open.splice(1)
    enlarge(readFd)
    return { readFd, writeFd }
  } finally {
    open.forEach(closeSync)
    unlinkSync(path)
  }
}

export function closePipe({ readFd, writeFd }: Pipe): void {
  closeSync(readFd)
  closeSync(writeFd)
}

interface Libc {
  readonly fcntl: (fd: number, command: number, value: number) => number
  readonly mkfifo: (path: string, mode: number) => number
}
let found: Libc | null | undefined

/** Two calls that Node does not have; without koffi there is a slower way for each. */
function libc(): Libc | null {
  if (found !== undefined) return found
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const library = koffi.load('libc.so.6')
    const fcntl = library.func('int fcntl(int, int, int)') as unknown as Libc['fcntl']
    const mkfifo = library.func('int mkfifo(const char *, unsigned int)') as unknown as Libc['mkfifo']
    found = { fcntl, mkfifo }
  } catch {
    found = null
  }
  return found
}

/** About doubles throughput; where it is refused the pipe just stays at 64 KiB. */
function enlarge(fd: number): void {
  libc()?.fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES)
}
