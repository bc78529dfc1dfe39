import { join } from 'node:path'
import { type ColourPlan, planColour } from '#gpu/media/decode-plan.ts'
import { chooseEncoder, type EncoderName } from '#gpu/media/encode-args.ts'
import { workingEncoders } from '#gpu/media/encoders.ts'
import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import { type PacketFacts, readPackets } from '#gpu/media/packets.ts'
import { mediaFacts, type Probe, probeFile } from '#gpu/media/probe.ts'
import { checkInput } from '#gpu/tasks/check-input.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { VideoCodec } from '#lib/contracts/media.ts'
import { type Clip, renderLimits } from '#lib/contracts/tasks/render.ts'
import type { OutputName } from '#lib/contracts/tasks/task-contract.ts'
import type { FrameSize } from '#lib/core/render/frame-size.ts'
import { outputSize } from '#lib/core/render/output-size.ts'
import { type MappedClip, mapClips, type SourceTimes } from '#lib/core/render/time-map.ts'
import { type LoadedUpscaler, loadUpscaler } from './load-upscaler.ts'
import type { RenderRequest } from './render-request.ts'
import { readSourceTimes } from './source-times.ts'

/** One file to make: the whole video, or clips of it one after another. */
export interface PlannedFile {
  readonly name: OutputName
  readonly path: string
  /** With times in this file; absent: the whole video, with the times it has. */
  readonly clips: readonly MappedClip[] | undefined
  /** Frames it will hold. */
  readonly frames: number
}

/** Everything decided before the first frame is decoded. */
export interface RenderPlan {
  readonly request: RenderRequest
  readonly probe: Probe
  readonly packets: PacketFacts
  readonly times: SourceTimes
  readonly colour: ColourPlan
  /** Size of frames as they leave the decoder: the displayed one, or the composed one when only the size changes. */
  readonly decoded: FrameSize
  readonly composed: FrameSize
  /** Enlarges what was composed. */
  readonly upscaler: LoadedUpscaler | undefined
  readonly output: FrameSize
  readonly encoder: EncoderName
  readonly files: readonly PlannedFile[]
  readonly tools: ToolLimits
}

/**
 * Reads the input's headers and packets, refuses what must not be worked on, and decides sizes, files and encoder.
 * @throws AppError `unknown_track`, `missing_tracks`, `clip_out_of_range`, `invalid_request`, `limit_exceeded`, `input_mismatch` …
 */
export async function planRender(request: RenderRequest, context: TaskContext): Promise<RenderPlan> {
  const { inputPath, config, quoted, signal, workDir } = context
  checkTracks(request)
  const codec = containerCodec(request)
  const tools: ToolLimits = { wallS: config.jobWallS }
  const encoders = workingEncoders()
  const probe = await probeFile(inputPath, signal)
  const packets = await readPackets(probe, tools, signal)
  checkInput(mediaFacts(probe, { ...packets, frames: packets.shown }), renderLimits, quoted)
  const times = await readSourceTimes(probe, packets, tools, signal)
  const sizes = planSizes(request, probe)
  const encoder = chooseEncoder(codec, sizes.output, await encoders)
  if (encoder === undefined) {
    const { width, height } = sizes.output
    throw new AppError('encode_failed', `No encoder for ${codec} at ${width}x${height} works here.`)
  }
  return {
    request,
    probe,
    packets,
    times,
    colour: planColour(probe.video),
    ...sizes,
    upscaler: request.upscale && (await loadUpscaler(request.upscale, config.weightsDir)),
    encoder,
    files: planFiles(request, times, workDir),
    tools,
  }
}

/** WebM holds AV1: H.264, which is what a request gets that names no codec, becomes AV1 there. The contract lets no HEVC through. */
function containerCodec({ format, codec }: RenderRequest): VideoCodec {
  return format === 'webm' ? 'av1' : codec
}

function checkTracks({ highlight, tracks }: RenderRequest): void {
  for (const [index, { track_id }] of (highlight?.regions ?? []).entries()) {
    if (track_id === undefined) continue
    const field = `params.highlight_regions.${index}.track_id`
    if (tracks === undefined) {
      throw new AppError(
        'missing_tracks',
        `Highlight ${index + 1} follows track ${track_id}, but no tracks came along.`,
        {
          field,
        },
      )
    }
    if (!tracks.tracks.some((track) => track.track_id === track_id))
      throw new AppError('unknown_track', `There is no track ${track_id} in the tracks of this video.`, { field })
  }
}

/** Shapes closer than this count as equal. */
const SAME_SHAPE = 0.01

function planSizes(request: RenderRequest, source: FrameSize): Pick<RenderPlan, 'decoded' | 'composed' | 'output'> {
  const { crop, maxHeight, upscale, highlight } = request
  const wish = { crop, outputWidth: request.output?.width, outputHeight: request.output?.height, maxHeight }
  const output = outputSize(source, { ...wish, upscale: upscale?.scale })
  if (output.width * output.height > renderLimits.maxOutputPixels) {
    const made = `The result would be ${output.width}x${output.height}; at most 7680x4320 pixels can be made.`
    throw new AppError('limit_exceeded', `${made} Choose a smaller size.`, { field: 'params.output_height' })
  }
  const composed = upscale === undefined ? output : nativeSize(output, outputSize(source, { crop }))
  const sameShape = Math.abs((composed.width * source.height) / (composed.height * source.width) - 1) <= SAME_SHAPE
  const onlyScaled = crop === undefined && highlight === undefined && sameShape
  const { width, height } = source
  return { decoded: onlyScaled ? composed : { width, height }, composed, output }
}

/** The shape of the output at the resolution of the crop: what a network gets to enlarge. Even. */
function nativeSize(shape: FrameSize, crop: FrameSize): FrameSize {
  const scale = Math.min(1, Math.max(crop.width / shape.width, crop.height / shape.height))
  const even = (side: number) => Math.max(2, 2 * Math.round((side * scale) / 2))
  return { width: even(shape.width), height: even(shape.height) }
}

function planFiles({ clips: wish, format }: RenderRequest, times: SourceTimes, workDir: string): PlannedFile[] {
  const file = (name: OutputName, clips: readonly MappedClip[] | undefined): PlannedFile => {
    const frames = clips?.reduce((sum, clip) => sum + clip.endFrame - clip.startFrame, 0) ?? times.ticks.length
    return { name, path: join(workDir, `${name}.${format}`), clips, frames }
  }
  if (wish === undefined) return [file('video', undefined)]
  const clips = placeClips(times, wish.clips)
  if (wish.mode === 'reel') return [file('video', clips)]
  return clips.map((clip, index) => file(`clip-${String(index + 1).padStart(3, '0')}`, [{ ...clip, outputTick: 0n }]))
}

/** A clip that shows no frame lies past the end of this video. */
function placeClips(times: SourceTimes, clips: readonly Clip[]): MappedClip[] {
  try {
    return mapClips(times, clips)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid_request') throw error
    throw new AppError('clip_out_of_range', error.message, { field: `params.${error.field ?? 'clips'}`, cause: error })
  }
}
