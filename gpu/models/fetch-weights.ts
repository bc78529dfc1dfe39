import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { download } from '#gpu/transfer/download.ts'
import type { RetryPolicy } from '#gpu/transfer/retry.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { WeightsEntry } from './weights.ts'

export interface FetchOptions {
  readonly dir: string
  readonly signal: AbortSignal
  readonly onProgress: (received: number, total: number | undefined) => void
  /** Takes a file without a pinned checksum as it comes. */
  readonly unpinned: boolean
  readonly policy?: RetryPolicy
}

const MAX_BYTES = 4 * 2 ** 30

/** SHA-256 of a file, hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/**
 * Brings one weights file into the folder: goes on where an earlier attempt stopped, checks the whole, and only then gives it its name.
 * Throws `missing_weights` (nobody may download it), `weights_mismatch` (what came is something else) or `input_unreachable`.
 */
export async function fetchWeights(
  entry: WeightsEntry,
  options: FetchOptions,
): Promise<{ readonly state: 'present' | 'fetched'; readonly sha256: string }> {
  const path = join(options.dir, entry.file)
  if (existsSync(path)) {
    const sha256 = await sha256OfFile(path)
    if (entry.sha256 === undefined || entry.sha256 === sha256) return { state: 'present', sha256 }
  }
  const url = downloadable(entry, options.unpinned)
  await mkdir(options.dir, { recursive: true })
  const part = `${path}.part`
  // Without a checksum nobody would notice the parts of two files in one.
  const resume = entry.sha256 !== undefined
  const resumed = resume && existsSync(part)
  const first = await receive(url, part, resume, options)
  // What an earlier attempt left may be of another file; then everything is fetched anew.
  const wrong = entry.sha256 !== undefined && first !== entry.sha256
  if (wrong) await rm(part)
  const sha256 = wrong && resumed ? await receive(url, part, resume, options) : first
  if (entry.sha256 !== undefined && sha256 !== entry.sha256) {
    await rm(part, { force: true })
    const problem = `What ${url} gave for "${entry.file}" has sha256 ${sha256}, expected ${entry.sha256}.`
    throw new AppError('weights_mismatch', `${problem} Nothing was kept.`)
  }
  await rename(part, path)
  return { state: 'fetched', sha256 }
}

function downloadable(entry: WeightsEntry, unpinned: boolean): string {
  if (entry.url === undefined) {
    const why = `"${entry.file}" (${entry.licence}) is not downloaded by this program.`
    throw new AppError('missing_weights', `${why} Bring it yourself, from ${entry.source}, into WEIGHTS_DIR.`)
  }
  if (entry.sha256 === undefined && !unpinned) {
    const why = `No checksum is pinned for "${entry.file}".`
    throw new AppError('missing_weights', `${why} With --unpinned it is taken as it comes from ${entry.url}.`)
  }
  return entry.url
}

async function receive(
  url: string,
  path: string,
  resume: boolean,
  { signal, onProgress, policy }: FetchOptions,
): Promise<string> {
  try {
    await download({ url, path, maxBytes: MAX_BYTES, signal, resume, onProgress, ...(policy ? { policy } : {}) })
  } catch (cause) {
    signal.throwIfAborted()
    if (cause instanceof AppError && cause.code !== 'input_unreachable') throw cause
    const hint = 'Is this machine online? What has arrived is kept; the same command goes on from there.'
    throw new AppError('input_unreachable', `${url} could not be downloaded. ${hint}`, { cause })
  }
  return sha256OfFile(path)
}
