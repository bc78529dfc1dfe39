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
  await promisify(execFile)('mkfifo', ['-m', '600', path])
  // Opening read-write never blocks, and lets the other two opens return at once.
  const opener = openSync(path, constants.O_RDWR)
  try {
    const readFd = openSync(path, constants.O_RDONLY)
    const writeFd = openSync(path, constants.O_WRONLY)
    enlarge(readFd)
    return { readFd, writeFd }
  } finally {
    closeSync(opener)
    unlinkSync(path)
  }
}

type Fcntl = (fd: number, command: number, value: number) => number
let fcntl: Fcntl | null | undefined

/** About doubles throughput; without koffi (or where the limit is lower) the pipe just stays at 64 KiB. */
function enlarge(fd: number): void {
  if (fcntl === undefined) {
    try {
      const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
      fcntl = koffi.load('libc.so.6').func('int fcntl(int, int, int)') as unknown as Fcntl
    } catch {
      fcntl = null
    }
  }
  fcntl?.(fd, F_SETPIPE_SZ, PIPE_BYTES)
}
