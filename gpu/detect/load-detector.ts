import { join } from 'node:path'
import { findWeights, readIfPresent, sha256Of } from '#gpu/models/weights.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { DetectorModel } from './detector-model.ts'

export interface LoadedDetector {
  readonly model: DetectorModel
  readonly bytes: Uint8Array
  readonly sha256: string
}

/** Reads a detector's file; one without a pinned digest is taken as it is. Throws `missing_weights`, which says how to get it, or `weights_mismatch`. */
export async function loadDetector(dir: string, model: DetectorModel): Promise<LoadedDetector> {
  const { file, sha256, source } = model.weights
  const bytes =
    sha256 === undefined
      ? await readIfPresent(join(dir, file))
      : await findWeights(dir, { file, sha256, source }, model.name)
  if (bytes === undefined) {
    const todo =
      model.licence === 'AGPL-3.0'
        ? `Its licence is AGPL-3.0: put your own export there, see ${source}.`
        : `Get it with: npm run weights ${model.name}`
    throw new AppError('missing_weights', `Weights file "${file}" is not in ${dir}. ${todo}`, { field: 'params.model' })
  }
  return { model, bytes, sha256: sha256 ?? sha256Of(bytes) }
}
