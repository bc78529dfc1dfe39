import { parseArgs } from 'node:util'
import { readConfig } from '#gpu/config.ts'
import { type FetchOptions, fetchWeights } from '#gpu/models/fetch-weights.ts'
import type { WeightsEntry } from '#gpu/models/weights.ts'
import { weightsCatalog } from '#gpu/models/weights-catalog.ts'
import { weightsStates } from '#gpu/models/weights-states.ts'
import { AppError } from '#lib/contracts/errors.ts'

export const WEIGHTS_USAGE = 'npm run weights [-- --list | --unpinned] [MODEL | FILE …]'
const PROGRESS_MS = 1000

/**
 * Brings networks' weights into WEIGHTS_DIR: those of the models named, else all that may be downloaded. `--list` only says what is there.
 * Throws coded errors.
 */
export async function weights(
  argv: readonly string[],
  signal: AbortSignal = new AbortController().signal,
  catalog: readonly WeightsEntry[] = weightsCatalog(),
): Promise<void> {
  const { names, list, unpinned } = parseCommand(argv)
  const { weightsDir } = readConfig()
  const wanted = select(catalog, names)
  if (list) {
    for (const line of await listing(weightsDir, wanted)) console.log(line)
    return
  }
  const failures: unknown[] = []
  for (const entry of wanted) {
    // Unasked, nothing is tried that cannot succeed, and nothing brought whose licence one should have read.
    const cannot = entry.url === undefined || (entry.sha256 === undefined && !unpinned)
    if (names.length === 0 && (cannot || entry.onRequest)) continue
    const options = { dir: weightsDir, signal, unpinned, onProgress: progress(entry.file) }
    try {
      await fetchOne(entry, options)
    } catch (error) {
      signal.throwIfAborted()
      console.error(`${entry.file}: ${error instanceof Error ? error.message : error}`)
      failures.push(error)
    }
  }
  if (failures.length > 0) {
    const [first] = failures
    const code = first instanceof AppError ? first.code : 'internal'
    throw new AppError(code, `${failures.length} of the weights files are not there.`, { cause: first })
  }
}

function parseCommand(argv: readonly string[]) {
  const options = {
    list: { type: 'boolean', default: false },
    unpinned: { type: 'boolean', default: false },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true })
    return { ...values, names: positionals }
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('invalid_request', `${problem}\nusage: ${WEIGHTS_USAGE}`, { cause })
  }
}

function select(catalog: readonly WeightsEntry[], names: readonly string[]): readonly WeightsEntry[] {
  if (names.length === 0) return catalog
  const isMeant = (entry: WeightsEntry, name: string) => entry.file === name || entry.models.includes(name)
  for (const name of names) {
    if (catalog.some((entry) => isMeant(entry, name))) continue
    const known = [...new Set(catalog.flatMap((entry) => entry.models))].join(', ')
    throw new AppError('unknown_model', `"${name}" is no model with weights of its own; there is: ${known}.`)
  }
  return catalog.filter((entry) => names.some((name) => isMeant(entry, name)))
}

async function fetchOne(entry: WeightsEntry, options: FetchOptions): Promise<void> {
  const { state, sha256 } = await fetchWeights(entry, options)
  const pinned = entry.sha256 === undefined ? `, sha256 ${sha256} (not pinned)` : ''
  console.error(`${entry.file}: ${state === 'present' ? 'is there' : 'fetched and checked'}${pinned}`)
}

function progress(file: string): FetchOptions['onProgress'] {
  let next = performance.now() + PROGRESS_MS
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  return (received, total) => {
    if (performance.now() < next) return
    next = performance.now() + PROGRESS_MS
    console.error(`${file}: ${mib(received)}${total === undefined ? '' : ` of ${mib(total)}`} MiB`)
  }
}

async function listing(dir: string, entries: readonly WeightsEntry[]): Promise<string[]> {
  const rows = (await weightsStates(dir, entries)).map(({ file, models, licence, state, downloadable }) => {
    const how = state === 'present' ? '' : downloadable ? `npm run weights ${models[0] ?? file}` : 'bring it yourself'
    return [state, file, models.join(' '), licence, how]
  })
  const table = [['state', 'file', 'models', 'licence', ''], ...rows]
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [`WEIGHTS_DIR is ${dir}`, ...lines]
}
