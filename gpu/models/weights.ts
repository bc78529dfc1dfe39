import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#lib/contracts/errors.ts'

export interface WeightsFile {
  readonly file: string
  readonly sha256: string
  /** Where an operator gets it; where that may be done by this program, the address of the file itself. */
  readonly source: string
}

/** A weights file as `npm run weights` knows it. */
export interface WeightsEntry extends Omit<WeightsFile, 'sha256'> {
  /** Names it can be asked for by: those of the models that need it. */
  readonly models: readonly string[]
  readonly licence: string
  /** Absent where the publisher states none and nobody has pinned one yet. */
  readonly sha256: string | undefined
  /** Its licence has conditions beyond naming the authors: only whoever asks for it by name gets it. */
  readonly onRequest: boolean
  /** The publisher's address of exactly this file; absent when the operator has to bring it. */
  readonly url?: string
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * Reads and checks one weights file. Throws `missing_weights` or `weights_mismatch`, naming the file and the command that brings what `model`
 * needs.
 */
export async function loadWeights(dir: string, weights: WeightsFile, model?: string): Promise<Uint8Array> {
  const bytes = await findWeights(dir, weights, model)
  if (bytes === undefined) throw missingWeights(dir, weights, model)
  return bytes
}

/** The same, but `undefined` when the file is not there. */
export async function findWeights(dir: string, weights: WeightsFile, model?: string): Promise<Uint8Array | undefined> {
  const bytes = await readIfPresent(join(dir, weights.file))
  if (bytes === undefined) return undefined
  const found = sha256Of(bytes)
  if (found !== weights.sha256) {
    const problem = `Weights file "${weights.file}" has sha256 ${found}, expected ${weights.sha256}.`
    throw new AppError('weights_mismatch', `${problem} ${remedy(weights, model)}`, { field: 'model' })
  }
  return bytes
}

export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

export function missingWeights(dir: string, weights: WeightsFile, model?: string): AppError {
  const problem = `Weights file "${weights.file}" is not in ${dir}.`
  return new AppError('missing_weights', `${problem} ${remedy(weights, model)}`, { field: 'model' })
}

function remedy({ file, source, sha256 }: WeightsFile, model = file): string {
  if (source.endsWith(`/${file}`)) return `Get it with: npm run weights ${model}`
  return `Get it from ${source} (sha256 ${sha256}) and put it into WEIGHTS_DIR.`
}
