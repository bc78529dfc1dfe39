import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadWeights, sha256Of } from '#gpu/models/weights.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { DetectorModel } from './detector-model.ts'

export interface LoadedDetector {
  readonly model: DetectorModel
  readonly bytes: Uint8Array
  readonly sha256: string
}

/** Reads a detector's file. Throws `missing_weights`, which says how to get it, or `weights_mismatch`. */
export async function loadDetector(dir: string, model: DetectorModel): Promise<LoadedDetector> {
  const { file, sha256, source } = model.weights
  try {
    const bytes =
      sha256 === undefined ? await readFile(join(dir, file)) : await loadWeights(dir, { file, sha256, source })
    return { model, bytes, sha256: sha256 ?? sha256Of(bytes) }
  } catch (cause) {
    if (cause instanceof AppError && cause.code !== 'missing_weights') throw cause
    const todo =
      model.licence === 'AGPL-3.0'
        ? `Its licence is AGPL-3.0: put your own export into WEIGHTS_DIR (${source}).`
        : `Get it with: npm run weights ${model.name}`
    throw new AppError('missing_weights', `Weights file "${file}" is not in ${dir}. ${todo}`, { field: 'model', cause })
  }
}
