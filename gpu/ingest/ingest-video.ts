import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { planColour } from '#gpu/media/decode-plan.ts'
import { chooseEncoder } from '#gpu/media/encode-args.ts'
import { workingEncoders } from '#gpu/media/encoders.ts'
import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import { isShort, type PacketFacts, readPackets } from '#gpu/media/packets.ts'
import { mediaFacts, type Probe, probeFile } from '#gpu/media/probe.ts'
import { decodeFacts } from '#gpu/media/verify-output.ts'
import { checkCounted, checkInput } from '#gpu/tasks/check-input.ts'
import type { TaskContext, TaskRun } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type IngestResult, ingestContract } from '#lib/contracts/tasks/ingest.ts'
import { expectedOutput, outputProblems } from '#lib/core/media/expected-output.ts'
import { proxySize } from '#lib/core/media/rendered-size.ts'
import type { IngestPlan } from './ingest-args.ts'
import { makeProxy } from './make-proxy.ts'
import { planFilmstrip, tileTimes } from './plan-filmstrip.ts'
import { BUCKETS_PER_SECOND } from './waveform.ts'

const { limits: LIMITS } = ingestContract
/** A tool that says nothing for so long will never. */
const IDLE_S = 25

/** Proxy, poster, filmstrip and waveform of a video. Frame n of the proxy is frame n of the source, at the same time. */
export async function ingestVideo(context: TaskContext): Promise<TaskRun> {
  const { config, quoted, signal, workDir } = context
  const tools: ToolLimits = { wallS: config.jobWallS, idleS: IDLE_S }
  const probe = await probeFile(context.inputPath, signal)
  const packets = await readPackets(probe, tools, signal)
  checkInput(mediaFacts(probe, { ...packets, frames: packets.shown }), LIMITS, quoted)
  const plan = await planIngest(probe, packets, context)
  const started = performance.now()
  const waveformPath = join(workDir, 'waveform.bin')
  const onFrames = (frames: number) => {
    checkCounted(frames, quoted)
    context.onProgress({
      stage: 'process',
      percent: 10 + 75 * Math.min(1, frames / packets.shown),
      frame: frames,
      framesTotal: Math.max(frames, packets.shown),
      fps: frames / Math.max(0.001, (performance.now() - started) / 1000),
      message: 'Preparing the video',
    })
  }
  const made = await makeProxy(plan, { limits: tools, signal, waveformPath, onFrames })
  const frames = made.times.length
  if (frames === 0 || isShort(frames, packets.shown)) {
    const message = `Only ${frames} of the video's ${packets.shown} frames can be decoded: the file is damaged.`
    throw new AppError('corrupt_media', message)
  }
  const { columns, rows, tileWidth: tile_width, tileHeight: tile_height } = plan.filmstrip
  const result: IngestResult = {
    filmstrip: { columns, rows, tile_width, tile_height, times: tileTimes(plan.filmstrip, made.times) },
    waveform:
      made.peaks.length === 0 ? null : { buckets: made.peaks.length / 2, buckets_per_second: BUCKETS_PER_SECOND },
  }
  const { video, poster, filmstrip } = plan.paths
  const files = {
    video,
    ...(existsSync(poster) ? { poster } : {}),
    ...(existsSync(filmstrip) ? { filmstrip } : {}),
    ...(made.peaks.length > 0 ? { waveform: waveformPath } : {}),
  }
  const stats = await verifyProxy(plan, packets, { frames, durationS: made.durationS }, tools, context)
  return { files, result, stats }
}

async function planIngest(probe: Probe, packets: PacketFacts, { workDir, config }: TaskContext): Promise<IngestPlan> {
  const proxy = proxySize(probe)
  const encoder = chooseEncoder('h264', proxy, await workingEncoders())
  if (encoder === undefined) throw new AppError('encode_failed', 'No H.264 encoder works here.')
  return {
    probe,
    colour: planColour(probe.video),
    encoder,
    proxy,
    filmstrip: planFilmstrip(probe, packets.shown, packets.videoS),
    // A third in, and never after the last frame's time.
    posterAtS: Math.max(0, Math.min(packets.videoS / 3, packets.videoS - 1.5 / probe.video.fps)),
    // The encoder and the decoder take turns with the same frames: each may have every core it is given.
    options: { threads: config.encodeThreads, maxPixels: LIMITS.maxInputPixels * 2 },
    paths: {
      video: join(workDir, 'proxy.mp4'),
      poster: join(workDir, 'poster.jpg'),
      filmstrip: join(workDir, 'filmstrip.jpg'),
    },
  }
}

/** Decodes the proxy and compares it with its input. Throws `output_invalid`. */
async function verifyProxy(
  plan: IngestPlan,
  sourcePackets: PacketFacts,
  counted: { readonly frames: number; readonly durationS: number },
  tools: ToolLimits,
  { config, signal }: TaskContext,
): Promise<TaskRun['stats']> {
  const { probe } = plan
  const made = await decodeFacts(plan.paths.video, tools, config.encodeThreads, signal)
  const packets = await readPackets(made.probe, tools, signal)
  const stats: TaskRun['stats'] = {
    frames_in: counted.frames,
    frames_out: made.frames,
    input_resolution: `${probe.width}x${probe.height}`,
    output_resolution: `${made.probe.width}x${made.probe.height}`,
    duration_sec: counted.durationS,
    video_sec: made.videoS,
    audio_sec: made.audioS,
    device: 'cpu',
    encoder: plan.encoder,
  }
  const input = mediaFacts(probe, { ...sourcePackets, frames: sourcePackets.shown })
  const problems = outputProblems({
    expected: expectedOutput({ task: 'ingest', params: {} }, input),
    input,
    headers: mediaFacts(made.probe, { ...packets, frames: packets.shown }),
    stats: { ...stats, processing_time_sec: 0, gpu_seconds: 0 },
  })
  if (problems.length > 0)
    throw new AppError('output_invalid', `The proxy is not as it must be: ${problems.join('; ')}.`)
  return stats
}
