import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sha256OfFile } from './fetch-weights.ts'
import type { WeightsEntry } from './weights.ts'
import { weightsCatalog } from './weights-catalog.ts'

export interface WeightsState {
  readonly file: string
  readonly models: readonly string[]
  readonly licence: string
  /** `different`: there is a file of this name, but not the one whose checksum is pinned. */
  readonly state: 'present' | 'different' | 'missing'
  /** Whether `npm run weights` can bring it. */
  readonly downloadable: boolean
}

/** Which of the files outside the repository are there. */
export async function weightsStates(
  dir: string,
  catalog: readonly WeightsEntry[] = weightsCatalog(),
): Promise<WeightsState[]> {
  const states: WeightsState[] = []
  for (const entry of catalog) {
    const { file, models, licence, url } = entry
    states.push({ file, models, licence, state: await stateOf(dir, entry), downloadable: url !== undefined })
  }
  return states
}

async function stateOf(dir: string, { file, sha256 }: WeightsEntry): Promise<WeightsState['state']> {
  const path = join(dir, file)
  if (!existsSync(path)) return 'missing'
  return sha256 === undefined || (await sha256OfFile(path)) === sha256 ? 'present' : 'different'
}
