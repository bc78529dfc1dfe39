import { deflickered } from '#gpu/deflicker/deflickered.ts'
import { faceEnhanced } from '#gpu/faces/face-enhanced.ts'
import type { NetworkPlan } from '#gpu/inference/backend.ts'
import { openNetwork } from '#gpu/inference/open-network.ts'
import { decodeFilters, hasHighDepth } from '#gpu/media/decode-plan.ts'
import { type Decoder, openDecoder } from '#gpu/media/decoder.ts'
import type { EncodePlan } from '#gpu/media/encode-args.ts'
import { type Encoder, openEncoder } from '#gpu/media/encoder.ts'
import type { FrameLayout } from '#gpu/media/frames.ts'
import { type LivePictures, livePictures } from '#gpu/media/live-pictures.ts'
import { isShort } from '#gpu/media/packets.ts'
import { runPipeline } from '#gpu/media/pipeline.ts'
import { copyFrame } from '#gpu/media/stills.ts'
import type { FaceNetworks } from '#gpu/models/faces.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type UpscaleParams, upscaleContract } from '#lib/contracts/tasks/upscale.ts'
import { checkCounted } from './check-input.ts'
import type { TaskContext } from './task-handler.ts'
import type { UpscalePlan } from './upscale-plan.ts'

const { limits: LIMITS } = upscaleContract

/** Runs the pipeline into a file. Answers how many frames were decoded and how long they last. */
export async function render(
  plan: UpscalePlan,
  params: UpscaleParams,
  context: TaskContext,
  outputPath: string,
): Promise<{ frames: number; durationS: number }> {
  const { signal } = context
  const network = await openNetwork(networkPlan(plan), context)
  const pictures = livePictures({
    wanted: context.wanted.has('live_frame'),
    intervalMs: context.config.progressIntervalMs,
    colour: plan.colour,
    signal,
    onPicture: context.onLiveFrame,
  })
  let [decoder, encoder]: [Decoder | undefined, Encoder | undefined] = [undefined, undefined]
  try {
    decoder = await openUpscaleDecoder(plan, context)
    encoder = await openUpscaleEncoder(plan, params, context, network.output, outputPath)
    // The last to wrap is the first to see a frame: faces are restored, then all of it is steadied.
    if (params.deflicker > 0) encoder = deflickered(encoder, network.output, params.deflicker)
    if (plan.faces !== undefined) encoder = await withFaces(encoder, plan.faces, plan, network.output, context)
    const watch = watchProgress(plan, context, network.output, pictures)
    await runPipeline({ decoder, network, encoder, input: plan.layout, onBatch: watch })
    signal.throwIfAborted()
    const counted = decoder.counted()
    if (isShort(counted.frames, plan.packets.shown)) {
      const message = `Only ${counted.frames} of the video's ${plan.packets.shown} frames can be decoded: the file is damaged.`
      throw new AppError('corrupt_media', message)
    }
    return counted
  } finally {
    await Promise.all([decoder?.close(), encoder?.close(), network.close(), pictures.close()])
  }
}

/** The network as the device gets it. */
export function networkPlan(plan: UpscalePlan): NetworkPlan {
  const { network, radius, tileStep, maxTilePixels, colour, layout } = plan
  const { bytes, scale } = network
  return { network: bytes, scale, radius, tileStep, colour: colour.yuv, layout, maxTilePixels }
}

type StageContext = Pick<TaskContext, 'config' | 'workDir' | 'signal'>

export function openUpscaleDecoder(plan: UpscalePlan, { config, workDir, signal }: StageContext): Promise<Decoder> {
  const { probe, colour, layout, tools: limits } = plan
  const options = { threads: config.encodeThreads, maxPixels: LIMITS.maxInputPixels * 2 }
  const filters = decodeFilters(probe, colour, layout, layout.format === 'yuv420p10' ? 'yuv420p10le' : 'yuv420p')
  return openDecoder({ probe, filters, layout, options, limits, workDir, signal })
}

export function openUpscaleEncoder(
  plan: UpscalePlan,
  params: UpscaleParams,
  { config, workDir, signal }: StageContext,
  layout: FrameLayout,
  outputPath: string,
): Promise<Encoder> {
  const encodePlan: EncodePlan = {
    encoder: plan.encoder,
    quality: params.quality,
    threads: config.encodeThreads,
    frames: layout,
    output: plan.output,
    timeBase: plan.probe.video.timeBase,
    colour: plan.colour,
    bits: plan.layout.format === 'yuv420p10' ? 10 : 8,
    source: plan.probe,
    outputPath,
  }
  return openEncoder({ plan: encodePlan, layout, limits: plan.tools, workDir, signal })
}

/** Opens both networks for faces on the same device. */
async function withFaces(
  encoder: Encoder,
  { detector: detectorBytes, restorer: { onnx, size } }: FaceNetworks,
  { colour }: UpscalePlan,
  layout: FrameLayout,
  { backend, signal }: TaskContext,
): Promise<Encoder> {
  const detector = await backend.openModel({ bytes: detectorBytes })
  try {
    const restorer = await backend.openModel({ bytes: onnx, freeDimensions: { n: 1, h: size, w: size } })
    return faceEnhanced(encoder, { layout, colour: colour.yuv, side: size, detector, restorer, signal })
  } catch (error) {
    await detector.close()
    throw error
  }
}

const losesDepth = ({ probe, layout }: UpscalePlan): boolean =>
  hasHighDepth(probe.video) && layout.format !== 'yuv420p10'

/** Progress after every batch (10–90 %), the quote's bounds, and now and then a picture. */
function watchProgress(plan: UpscalePlan, context: TaskContext, output: FrameLayout, pictures: LivePictures) {
  const started = performance.now()
  const message = losesDepth(plan) ? 'Upscaling (the source has more than 8 bits a sample, H.264 keeps 8)' : 'Upscaling'
  return (frames: number, buffer: ArrayBuffer, last: number) => {
    context.signal.throwIfAborted()
    checkCounted(frames, context.quoted)
    const fps = frames / Math.max(0.001, (performance.now() - started) / 1000)
    const percent = 10 + 80 * Math.min(1, frames / Math.max(1, plan.packets.shown))
    context.onProgress({
      stage: 'process',
      percent,
      frame: frames,
      framesTotal: Math.max(frames, plan.packets.shown),
      fps,
      message,
    })
    pictures.show(() => copyFrame(buffer, output, last), output)
  }
}
