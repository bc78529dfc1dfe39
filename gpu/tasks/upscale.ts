import { join } from 'node:path'
import type { NetworkPlan } from '#gpu/inference/backend.ts'
import { type ColourPlan, planColour } from '#gpu/media/decode-plan.ts'
import { type Decoder, openDecoder } from '#gpu/media/decoder.ts'
import { chooseEncoder, type EncodePlan, type EncoderName } from '#gpu/media/encode-args.ts'
import { type Encoder, openEncoder } from '#gpu/media/encoder.ts'
import { workingEncoders } from '#gpu/media/encoders.ts'
import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import type { FrameLayout } from '#gpu/media/frames.ts'
import { countPackets, isShort } from '#gpu/media/packets.ts'
import { runPipeline } from '#gpu/media/pipeline.ts'
import { mediaFacts, type Probe, probeFile } from '#gpu/media/probe.ts'
import { copyFrame, encodeLiveFrame, writePoster, writePreview } from '#gpu/media/stills.ts'
import { decodeFacts } from '#gpu/media/verify-output.ts'
import { UPSCALERS } from '#gpu/models/index.ts'
import type { LoadedNetwork } from '#gpu/models/registry.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type UpscaleParams, upscaleContract } from '#lib/contracts/tasks/upscale.ts'
import { expectedOutput, outputProblems } from '#lib/core/media/expected-output.ts'
import { checkCounted, checkInput } from './check-input.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'

const { limits: LIMITS } = upscaleContract

/** Everything decided before the first frame is decoded. */
interface UpscalePlan {
  readonly probe: Probe
  readonly shownFrames: number
  readonly colour: ColourPlan
  readonly layout: FrameLayout
  readonly network: LoadedNetwork
  readonly radius: number
  readonly encoder: EncoderName
  readonly output: { readonly width: number; readonly height: number }
  readonly tools: ToolLimits
}

/** Enlarges a video: every frame through the network, times and sound as they were. */
export async function upscale(params: UpscaleParams, context: TaskContext): Promise<TaskRun> {
  const plan = await planUpscale(params, context)
  const outputPath = join(context.workDir, 'video.mp4')
  const counted = await render(plan, params, context, outputPath)
  context.onProgress({
    stage: 'encode',
    percent: 91,
    frame: counted.frames,
    framesTotal: counted.frames,
    fps: 0,
    message: 'Checking the result',
  })
  const files = await derivedFiles(outputPath, params, plan, context)
  const made = await decodeFacts(outputPath, plan.tools, 0, context.signal)
  const stats: TaskRun['stats'] = {
    frames_in: counted.frames,
    frames_out: made.frames,
    input_resolution: `${plan.probe.width}x${plan.probe.height}`,
    output_resolution: `${made.probe.width}x${made.probe.height}`,
    duration_sec: counted.durationS,
    video_sec: made.videoS,
    audio_sec: made.audioS,
    device: context.backend.provider,
    model: params.model,
    model_sha256: plan.network.sha256,
    encoder: plan.encoder,
  }
  const input = mediaFacts(plan.probe, { frames: plan.shownFrames, durationS: counted.durationS })
  const problems = outputProblems({
    expected: expectedOutput({ task: 'upscale', params }, input),
    input,
    headers: mediaFacts(made.probe),
    stats: { ...stats, processing_time_sec: 0, gpu_seconds: 0 },
  })
  if (problems.length > 0)
    throw new AppError('output_invalid', `The result is not as it must be: ${problems.join('; ')}.`)
  return { files, result: null, stats }
}

async function planUpscale(
  params: UpscaleParams,
  { inputPath, config, quoted, signal }: TaskContext,
): Promise<UpscalePlan> {
  const tools: ToolLimits = { wallS: config.jobWallS }
  const probe = await probeFile(inputPath, signal)
  const { shown } = await countPackets(probe, tools, signal)
  const input = mediaFacts(probe, { frames: shown, durationS: probe.durationS })
  checkInput(input, LIMITS, quoted)
  const output = expectedOutput({ task: 'upscale', params }, input)
  if (output.width * output.height > LIMITS.maxOutputPixels) {
    const problem = `The result would be ${output.width}x${output.height}; at most 7680x4320 pixels can be made.`
    throw new AppError('limit_exceeded', `${problem} Choose scale 2 or set max_height.`, { field: 'params.scale' })
  }
  const model = UPSCALERS[params.model]
  const [network, encoders] = await Promise.all([
    model.load({ scale: params.scale, denoiseStrength: params.denoise_strength, weightsDir: config.weightsDir }),
    workingEncoders(),
  ])
  if (network.scale < params.scale) {
    throw new AppError('invalid_request', `${params.model} enlarges by ${network.scale} only.`, {
      field: 'params.scale',
    })
  }
  const encoder = chooseEncoder(params.codec, output, encoders)
  if (encoder === undefined)
    throw new AppError(
      'encode_failed',
      `No encoder for ${params.codec} at ${output.width}x${output.height} works here.`,
    )
  return {
    probe,
    shownFrames: shown,
    colour: planColour(probe.video),
    layout: { batch: batchSize(probe, config.batchPixels), width: probe.width, height: probe.height },
    network,
    radius: model.overlap,
    encoder,
    output: { width: output.width, height: output.height },
    tools,
  }
}

function batchSize({ width, height }: Probe, batchPixels: number): number {
  return Math.max(1, Math.min(8, Math.floor(batchPixels / (width * height))))
}

async function render(
  plan: UpscalePlan,
  params: UpscaleParams,
  context: TaskContext,
  outputPath: string,
): Promise<{ frames: number; durationS: number }> {
  const { probe, colour, layout, tools: limits } = plan
  const { config, workDir, signal } = context
  const networkPlan: NetworkPlan = {
    network: plan.network.bytes,
    scale: plan.network.scale,
    radius: plan.radius,
    colour: colour.yuv,
    layout,
    maxTilePixels: config.tilePixels,
  }
  const network = await openNetwork(networkPlan, context)
  let [decoder, encoder]: [Decoder | undefined, Encoder | undefined] = [undefined, undefined]
  try {
    const options = { threads: config.encodeThreads, maxPixels: LIMITS.maxInputPixels * 2 }
    decoder = await openDecoder({ probe, colour, layout, options, limits, workDir, signal })
    const encodePlan: EncodePlan = {
      encoder: plan.encoder,
      quality: params.quality,
      threads: config.encodeThreads,
      frames: network.output,
      output: plan.output,
      timeBase: probe.video.timeBase,
      colour,
      source: probe,
      outputPath,
    }
    encoder = await openEncoder({ plan: encodePlan, layout: network.output, limits, workDir, signal })
    const watch = watchProgress(plan, context, network.output)
    await runPipeline({ decoder, network, encoder, input: layout, onBatch: watch })
    signal.throwIfAborted()
    const counted = decoder.counted()
    if (isShort(counted.frames, plan.shownFrames)) {
      const message = `Only ${counted.frames} of the video's ${plan.shownFrames} frames can be decoded: the file is damaged.`
      throw new AppError('corrupt_media', message)
    }
    return counted
  } finally {
    await Promise.all([decoder?.close(), encoder?.close(), network.close()])
  }
}

async function openNetwork(plan: NetworkPlan, { backend, signal }: TaskContext) {
  try {
    const network = await backend.open(plan)
    if (signal.aborted) await network.close()
    signal.throwIfAborted()
    return network
  } catch (cause) {
    signal.throwIfAborted()
    throw new AppError('inference_failed', `The network could not be loaded on ${backend.provider}.`, { cause })
  }
}

/** Progress after every batch (10–90 %), the quote's bounds, and now and then a picture. */
function watchProgress(plan: UpscalePlan, context: TaskContext, output: FrameLayout) {
  const started = performance.now()
  let nextLook = 0
  return (frames: number, buffer: ArrayBuffer, last: number) => {
    context.signal.throwIfAborted()
    checkCounted(frames, context.quoted)
    const now = performance.now()
    const fps = frames / Math.max(0.001, (now - started) / 1000)
    const percent = 10 + 80 * Math.min(1, frames / Math.max(1, plan.shownFrames))
    context.onProgress({
      stage: 'process',
      percent,
      frame: frames,
      framesTotal: Math.max(frames, plan.shownFrames),
      fps,
      message: 'Upscaling',
    })
    if (!context.wanted.has('live_frame') || now < nextLook) return
    nextLook = now + context.config.progressIntervalMs
    const frame = copyFrame(buffer, output, last)
    // A missed picture is no reason to fail a job.
    encodeLiveFrame(frame, { ...output, batch: 1 }, plan.colour, context.signal).then(
      context.onLiveFrame,
      () => undefined,
    )
  }
}

async function derivedFiles(
  outputPath: string,
  params: UpscaleParams,
  plan: UpscalePlan,
  context: TaskContext,
): Promise<TaskRun['files']> {
  const { wanted, workDir, signal, config } = context
  const files: Record<string, string> = { video: outputPath }
  if (!wanted.has('poster') && !wanted.has('preview')) return files
  const made = await probeFile(outputPath, signal)
  if (wanted.has('poster')) {
    files.poster = join(workDir, 'poster.jpg')
    await writePoster(made, files.poster, plan.tools, signal)
  }
  if (wanted.has('preview') && params.codec !== 'h264') {
    files.preview = join(workDir, 'preview.mp4')
    await writePreview(made, files.preview, config.encodeThreads, plan.tools, signal)
  }
  return files
}
