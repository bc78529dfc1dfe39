import { type ColourPlan, hasHighDepth, planColour } from '#gpu/media/decode-plan.ts'
import { chooseEncoder, type EncoderName } from '#gpu/media/encode-args.ts'
import { workingEncoders } from '#gpu/media/encoders.ts'
import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import type { FrameLayout } from '#gpu/media/frames.ts'
import { type PacketFacts, readPackets } from '#gpu/media/packets.ts'
import { mediaFacts, type Probe, probeFile } from '#gpu/media/probe.ts'
import { boundFrames } from '#gpu/models/bound-frames.ts'
import { type FaceNetworks, loadFaceNetworks } from '#gpu/models/faces.ts'
import { UPSCALERS } from '#gpu/models/index.ts'
import type { LoadedNetwork } from '#gpu/models/registry.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type UpscaleParams, upscaleContract } from '#lib/contracts/tasks/upscale.ts'
import { expectedOutput } from '#lib/core/media/expected-output.ts'
import { checkInput } from './check-input.ts'
import type { TaskContext } from './task-handler.ts'

const { limits: LIMITS } = upscaleContract

/** Everything decided before the first frame is decoded. */
export interface UpscalePlan {
  readonly probe: Probe
  readonly packets: PacketFacts
  readonly colour: ColourPlan
  readonly layout: FrameLayout
  readonly network: LoadedNetwork
  /** When faces are to be restored. */
  readonly faces: FaceNetworks | undefined
  readonly radius: number
  readonly tileStep: number
  readonly maxTilePixels: number
  readonly encoder: EncoderName
  readonly output: { readonly width: number; readonly height: number }
  readonly tools: ToolLimits
}

/** Reads the input's headers and packets, refuses what must not be worked on, and picks network, batch and encoder. */
export async function planUpscale(
  params: UpscaleParams,
  { inputPath, config, quoted, signal }: TaskContext,
): Promise<UpscalePlan> {
  const tools: ToolLimits = { wallS: config.jobWallS }
  const probe = await probeFile(inputPath, signal)
  const packets = await readPackets(probe, tools, signal)
  const input = mediaFacts(probe, { ...packets, frames: packets.shown })
  checkInput(input, LIMITS, quoted)
  const output = expectedOutput({ task: 'upscale', params }, input)
  if (output.width * output.height > LIMITS.maxOutputPixels) {
    const problem = `The result would be ${output.width}x${output.height}; at most 7680x4320 pixels can be made.`
    throw new AppError('limit_exceeded', `${problem} Choose scale 2 or set max_height.`, { field: 'params.scale' })
  }
  const model = UPSCALERS[params.model]
  const [network, faces, encoders] = await Promise.all([
    model.load({ scale: params.scale, denoiseStrength: params.denoise_strength, weightsDir: config.weightsDir }),
    params.face_enhance ? loadFaceNetworks(config.weightsDir) : undefined,
    workingEncoders(),
  ])
  if (network.scale < params.scale) {
    throw new AppError('invalid_request', `${params.model} enlarges by ${network.scale} only.`, {
      field: 'params.scale',
    })
  }
  const bounds = boundFrames(model, network.scale, probe, config)
  const encoder = chooseEncoder(params.codec, output, encoders)
  if (encoder === undefined)
    throw new AppError(
      'encode_failed',
      `No encoder for ${params.codec} at ${output.width}x${output.height} works here.`,
    )
  return {
    probe,
    packets,
    colour: planColour(probe.video),
    layout: {
      batch: bounds.batch,
      width: probe.width,
      height: probe.height,
      // H.264 of ten bits is played by hardly anything.
      format: hasHighDepth(probe.video) && params.codec !== 'h264' ? 'yuv420p10' : 'yuv420p',
    },
    network,
    faces,
    radius: model.overlap,
    tileStep: model.tileStep ?? 1,
    maxTilePixels: bounds.maxTilePixels,
    encoder,
    output: { width: output.width, height: output.height },
    tools,
  }
}
