import { readFile, rename, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { buildNetwork } from '#gpu/models/families/index.ts'
import { blendStates } from '#gpu/models/families/srvgg.ts'
import { sha256Of } from '#gpu/models/weights.ts'
import { withMetadata } from '#gpu/onnx/metadata.ts'
import { readStateDict } from '#gpu/pth/read-state-dict.ts'
import { AppError } from '#lib/contracts/errors.ts'

export const CONVERT_USAGE =
  'npm run -s gpu -- convert MODEL.pth OUT.onnx [--denoise-partner WEAK.pth --strength 0…1 (1: MODEL alone)]'

interface Command {
  readonly source: string
  readonly target: string
  readonly partner: string | undefined
  readonly strength: number
}

function parseCommand(argv: string[]): Command {
  const options = { 'denoise-partner': { type: 'string' }, strength: { type: 'string' } } as const
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true; args: string[] }>>
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true })
  } catch (cause) {
    throw new AppError('invalid_request', `${cause instanceof Error ? cause.message : cause}\n${CONVERT_USAGE}`, {
      cause,
    })
  }
  const { positionals, values } = parsed
  const [source, target] = positionals
  const strength = Number(values.strength ?? '0.5')
  if (source === undefined || target === undefined || positionals.length > 2) {
    throw new AppError('invalid_request', `usage: ${CONVERT_USAGE}`)
  }
  if (!(strength >= 0 && strength <= 1)) {
    throw new AppError('invalid_request', '--strength is between 0 and 1.', { field: 'strength' })
  }
  if (values.strength !== undefined && values['denoise-partner'] === undefined) {
    throw new AppError('invalid_request', '--strength needs a --denoise-partner.', { field: 'strength' })
  }
  return { source, target, partner: values['denoise-partner'], strength }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw new AppError('missing_weights', `"${path}" cannot be read.`, { cause })
  }
}

/**
 * Builds an ONNX network from a PyTorch state dict and prints what it is as one line of JSON. With a partner (a weight set that
 * denoises less), the two are interpolated. Throws `missing_weights`, `weights_mismatch` or `invalid_request`.
 */
export async function convert(argv: string[]): Promise<void> {
  const { source, target, partner, strength } = parseCommand(argv)
  const [bytes, partnerBytes] = await Promise.all([read(source), partner === undefined ? undefined : read(partner)])
  const state = readStateDict(bytes)
  const { onnx: network, ...facts } = buildNetwork(
    partnerBytes === undefined ? state : blendStates(readStateDict(partnerBytes), state, strength),
  )
  // A network of one checkpoint can stand in for it; a blend is something else.
  const origin: Record<string, string> =
    partnerBytes === undefined ? { pth_sha256: sha256Of(bytes) } : { strength: `${strength}` }
  const onnx = withMetadata(network, { architecture: facts.architecture, scale: String(facts.scale), ...origin })
  // In one step, so that a stopped command leaves no half file.
  const unfinished = `${target}.${process.pid}.tmp`
  await writeFile(unfinished, onnx)
  await rename(unfinished, target)
  const line = {
    architecture: facts.architecture,
    variant: facts.variant,
    scale: facts.scale,
    parameters: facts.parameters,
    receptive_radius: facts.receptiveRadius,
    pth_sha256: sha256Of(bytes),
    ...(partnerBytes === undefined ? {} : { partner_sha256: sha256Of(partnerBytes), strength }),
    onnx_sha256: sha256Of(onnx),
    onnx_bytes: onnx.length,
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
