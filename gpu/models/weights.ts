import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#lib/contracts/errors.ts'

export interface WeightsFile {
  readonly file: string
  readonly sha256: string
  /** Where an operator gets it. */
  readonly source: string
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Reads and checks one weights file. Throws `missing_weights` or `weights_mismatch`, naming the file and what to do. */
export async function loadWeights(dir: string, weights: WeightsFile): Promise<Uint8Array> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(join(dir, weights.file))
  } catch (cause) {
    const todo = `Get it from ${weights.source} (sha256 ${weights.sha256}) and put it into WEIGHTS_DIR.`
    throw new AppError('missing_weights', `Weights file "${weights.file}" is not in ${dir}. ${todo}`, {
      field: 'model',
      cause,
    })
  }
  const found = sha256Of(bytes)
  if (found !== weights.sha256) {
    const problem = `Weights file "${weights.file}" has sha256 ${found}, expected ${weights.sha256}.`
    throw new AppError('weights_mismatch', `${problem} Get it again from ${weights.source}.`, { field: 'model' })
  }
  return bytes
}
