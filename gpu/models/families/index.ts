import { damaged } from '#gpu/pth/damaged.ts'
import type { StateDict } from '#gpu/pth/read-state-dict.ts'
import type { BuildOptions, BuiltNetwork, NetworkFamily } from './family.ts'
import { rlfn } from './rlfn.ts'
import { rrdb } from './rrdb.ts'
import { srvgg } from './srvgg.ts'
import { swinir } from './swinir.ts'

/** Every architecture that can be built from a state dict. Adding one = one file and one line. */
const FAMILIES: readonly NetworkFamily[] = [srvgg, rrdb, swinir, rlfn]

/** Recognises a state dict's architecture and builds it as ONNX. Throws `weights_mismatch` when it is none that is known. */
export function buildNetwork(state: StateDict, options?: BuildOptions): BuiltNetwork {
  const family = FAMILIES.find((candidate) => candidate.matches(state))
  if (family === undefined) {
    const known = FAMILIES.map(({ architecture }) => architecture).join(', ')
    throw damaged(`its architecture is not one of ${known} (first parameter: "${[...state.keys()][0]}")`)
  }
  return family.build(state, options)
}
