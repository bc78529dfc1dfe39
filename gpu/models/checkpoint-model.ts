import { join } from 'node:path'
import { metadataOf } from '#gpu/onnx/metadata.ts'
import { floatsOf, initializersOf, parseModel } from '#gpu/onnx/model.ts'
import { readStateDict, type StateDict } from '#gpu/pth/read-state-dict.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { buildNetwork } from './families/index.ts'
import { blendStates } from './families/srvgg.ts'
import type { LoadedNetwork, LoadRequest, UpscaleModel } from './registry.ts'
import { findWeights, missingWeights, readIfPresent, sha256Of, type WeightsFile } from './weights.ts'

export interface CheckpointModel extends Omit<UpscaleModel, 'load' | 'nativeScales' | 'source' | 'files'> {
  readonly scale: 2 | 4
  /** The official checkpoint. */
  readonly checkpoint: WeightsFile
  /** A weight set that denoises less; where it is present too, `denoise_strength` interpolates from it to the checkpoint. */
  readonly weaker?: WeightsFile
  /** An ONNX export that is taken when the checkpoint is not there. */
  readonly exported?: WeightsFile
}

/**
 * A network built here from its official checkpoint. In its place `<name>.onnx` is taken when it was converted from that very
 * checkpoint or is the known export.
 */
export function checkpointModel({ scale, checkpoint, weaker, exported, ...facts }: CheckpointModel): UpscaleModel {
  return {
    ...facts,
    source: checkpoint.source,
    files: weaker === undefined ? [checkpoint] : [checkpoint, weaker],
    nativeScales: [scale],
    async load(request: LoadRequest): Promise<LoadedNetwork> {
      const bytes = await findWeights(request.weightsDir, checkpoint, facts.name)
      if (bytes === undefined) {
        const converted = await findConverted(request.weightsDir, facts.name, checkpoint, exported)
        if (converted === undefined) throw missingWeights(request.weightsDir, checkpoint, facts.name)
        return { ...converted, scale }
      }
      const partner = weaker && (await findWeights(request.weightsDir, weaker, facts.name))
      const strength = partner === undefined ? 1 : request.denoiseStrength
      return built(`${checkpoint.sha256} ${strength}`, scale, () => {
        const state = stateOf(bytes)
        if (partner === undefined || strength === 1) return { state, sha256: checkpoint.sha256 }
        return { state: blendStates(stateOf(partner), state, strength), sha256: undefined }
      })
    },
  }
}

async function findConverted(
  dir: string,
  name: string,
  checkpoint: WeightsFile,
  exported: WeightsFile | undefined,
): Promise<{ bytes: Uint8Array; sha256: string } | undefined> {
  const file = `${name}.onnx`
  const bytes = await readIfPresent(join(dir, file))
  if (bytes === undefined) return undefined
  const sha256 = sha256Of(bytes)
  if (sha256 !== exported?.sha256 && metadataOf(bytes).get('pth_sha256') !== checkpoint.sha256) {
    const problem = `Weights file "${file}" was not converted from "${checkpoint.file}" with sha256 ${checkpoint.sha256}.`
    throw new AppError('weights_mismatch', `${problem} Convert that with: npm run -s gpu -- convert`, {
      field: 'model',
    })
  }
  return { bytes, sha256 }
}

/** Most recently built first. A worker mostly gets the same again; two networks are the memory this may cost. */
const cache: { readonly key: string; readonly network: LoadedNetwork }[] = []
const MAX_CACHED = 2

function built(
  key: string,
  scale: 2 | 4,
  read: () => { readonly state: StateDict; readonly sha256: string | undefined },
): LoadedNetwork {
  const known = cache.find((entry) => entry.key === key)
  if (known !== undefined) return known.network
  const { state, sha256 } = read()
  const { onnx, scale: own } = buildNetwork(state, { placed: true })
  if (own !== scale) {
    throw new AppError('weights_mismatch', `The weights enlarge by ${own} where ${scale} is expected.`, {
      field: 'model',
    })
  }
  const network = { bytes: onnx, scale, sha256: sha256 ?? sha256Of(onnx) }
  cache.unshift({ key, network })
  cache.splice(MAX_CACHED)
  return network
}

/** Parameters of a `.pth`, or of an ONNX export that kept their names. */
function stateOf(bytes: Uint8Array): StateDict {
  // A protobuf of ONNX starts with its version, a varint in field 1; neither kind of checkpoint does.
  if (bytes[0] !== 0x08) return readStateDict(bytes)
  const weights = initializersOf(parseModel(bytes).graph).filter(({ name }) => name.startsWith(EXPORT_PREFIX))
  return new Map(
    weights.map((tensor) => [
      tensor.name.slice(EXPORT_PREFIX.length),
      { shape: tensor.dims, values: () => floatsOf(tensor) },
    ]),
  )
}
/** What the exporting module called the network. */
const EXPORT_PREFIX = 'n.'
