import { writeFile } from 'node:fs/promises'
import type { VideoNetwork } from '#gpu/inference/backend.ts'
import { deriveFiles } from '#gpu/media/derive-files.ts'
import type { EncodePlan } from '#gpu/media/encode-args.ts'
import { type Encoder, openEncoder } from '#gpu/media/encoder.ts'
import { isShort } from '#gpu/media/packets.ts'
import { checkCounted } from '#gpu/tasks/check-input.ts'
import type { TaskContext, TaskRun } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { MadeClip } from '#lib/contracts/tasks/render.ts'
import { clipChapters, type SourceTimes, tickSeconds } from '#lib/core/render/time-map.ts'
import { chapterFile } from './chapters.ts'
import { CLIP_SOUND, writeClipSound } from './clip-sound.ts'
import { encoderSink, networkSink } from './frame-sink.ts'
import { type FrameStore, openComposingStore, openPlainStore } from './frame-store.ts'
import { openUpscaler } from './open-upscaler.ts'
import { type PlannedFile, planRender, type RenderPlan } from './plan-render.ts'
import { renderFile } from './render-file.ts'
import type { RenderRequest } from './render-request.ts'
import { createScene } from './scene.ts'
import { SourceReader } from './source-reader.ts'
import { type VerifiedFile, verifyRendered } from './verify-rendered.ts'
import { type ProgressWatch, watchProgress } from './watch-progress.ts'

export interface RenderedVideo {
  readonly files: TaskRun['files']
  /** `null` when nothing was cut. */
  readonly clips: readonly MadeClip[] | null
  readonly stats: TaskRun['stats']
}

/**
 * Makes what a request asks for in one pass: decode, compose, enlarge, encode. Throws coded errors; on any error, and when
 * `context.signal` is aborted, all child processes are gone before it does.
 */
export async function renderVideo(request: RenderRequest, context: TaskContext): Promise<RenderedVideo> {
  const plan = await planRender(request, context)
  const watch = watchProgress(plan, context)
  try {
    const written = await renderFiles(plan, context, watch)
    watch.checking('Checking the result')
    const verified: VerifiedFile[] = []
    for (const { file, ticks } of written)
      verified.push(await verifyRendered(plan, file, ticks, context.config.renderThreads, context.signal))
    const files: Record<string, string> = Object.fromEntries(plan.files.map(({ name, path }) => [name, path]))
    const derived = await deriveFiles(plan.files[0]?.path ?? '', {
      wanted: context.wanted,
      playable: request.codec === 'h264' && request.format === 'mp4',
      threads: context.config.renderThreads,
      workDir: context.workDir,
      limits: plan.tools,
      signal: context.signal,
    })
    return {
      files: { ...files, ...derived },
      clips: madeClips(plan),
      stats: renderStats(plan, context, written, verified),
    }
  } finally {
    watch.stop()
  }
}

interface WrittenFile {
  readonly file: PlannedFile
  readonly ticks: readonly bigint[]
}

/** Renders the planned files one after another through one store of frames and one network. */
export async function renderFiles(
  plan: RenderPlan,
  context: TaskContext,
  watch: Pick<ProgressWatch, 'frameDone'>,
): Promise<WrittenFile[]> {
  const store = await openStore(plan, context)
  let network: VideoNetwork | undefined
  try {
    network = await openUpscaler(plan, context)
    const written: WrittenFile[] = []
    for (const file of plan.files)
      written.push({ file, ticks: await renderOne(plan, file, context, { store, network, watch }) })
    return written
  } finally {
    await Promise.all([store.close(), network?.close()])
  }
}

function openStore({ request, decoded, composed, colour }: RenderPlan, { config }: TaskContext): Promise<FrameStore> {
  const resized = decoded.width !== composed.width || decoded.height !== composed.height
  const composes = request.crop !== undefined || request.highlight !== undefined || resized
  if (!composes) return Promise.resolve(openPlainStore(decoded))
  const range = colour.yuv.fullRange ? 'full' : 'limited'
  return openComposingStore({ source: decoded, output: composed, range }, config.composeThreads)
}

interface Shared {
  readonly store: FrameStore
  readonly network: VideoNetwork | undefined
  readonly watch: Pick<ProgressWatch, 'frameDone'>
}

async function renderOne(
  plan: RenderPlan,
  file: PlannedFile,
  context: TaskContext,
  { store, network, watch }: Shared,
): Promise<bigint[]> {
  const { signal, workDir, config } = context
  const { probe, times, tools: limits } = plan
  signal.throwIfAborted()
  const reader = new SourceReader(plan, file, context)
  let encoder: Encoder | undefined
  try {
    const layout = network?.output ?? { batch: 1, ...plan.composed }
    const encodePlan = await planEncode(plan, file, layout, config.renderThreads)
    encoder = await openEncoder({ plan: encodePlan, layout, limits, workDir, signal })
    const { soundFd: fd, closeSound } = encoder
    const { clips } = file
    const sound =
      clips === undefined || fd === undefined
        ? undefined
        : () => writeClipSound({ probe, times, clips, fd, limits, signal }).finally(closeSound)
    const sink =
      network === undefined
        ? encoderSink(encoder)
        : networkSink(network, { batch: layout.batch, ...plan.composed }, encoder)
    const onFrame = (frame: Parameters<ProgressWatch['frameDone']>[0]) => {
      if (clips === undefined) checkCounted(reader.frames, context.quoted)
      watch.frameDone(frame)
    }
    const stages = { reader, store, scene: createScene(plan), labelAt: () => undefined, encoder, sink, sound, onFrame }
    const ticks = await renderFile(stages)
    signal.throwIfAborted()
    if (isShort(ticks.length, file.frames)) {
      const message = `Only ${ticks.length} of ${file.frames} frames can be decoded: the file is damaged.`
      throw new AppError('corrupt_media', message)
    }
    return ticks
  } catch (error) {
    // Whatever broke first, a cancelled job was cancelled.
    signal.throwIfAborted()
    throw error
  } finally {
    await Promise.all([reader.close(), encoder?.close()])
  }
}

async function planEncode(
  plan: RenderPlan,
  file: PlannedFile,
  frames: EncodePlan['frames'],
  threads: number,
): Promise<EncodePlan> {
  const { probe, request, encoder, output, colour } = plan
  const base = {
    encoder,
    quality: request.quality,
    threads,
    container: request.format,
    frames: { width: frames.width, height: frames.height },
    output,
    timeBase: probe.video.timeBase,
    colour,
    outputPath: file.path,
  }
  if (file.clips === undefined) return { ...base, source: probe }
  let chaptersPath: string | undefined
  if (request.clips?.mode === 'reel') {
    chaptersPath = `${file.path}.chapters`
    await writeFile(chaptersPath, chapterFile(clipChapters(file.clips), probe.video.timeBase))
  }
  // Cut files have a clock of their own, from zero.
  const pcm = probe.audio === undefined ? undefined : CLIP_SOUND
  return { ...base, source: { ...probe, originS: 0 }, pcm, chaptersPath }
}

function madeClips({ files, times, request }: RenderPlan): MadeClip[] | null {
  if (request.clips === undefined) return null
  return files.flatMap(({ name, clips = [] }) =>
    clips.map(({ clip, startFrame, endFrame, startTick, endTick, outputTick }) => ({
      output: name,
      label: clip.label,
      rating: clip.rating ?? null,
      start_frame: startFrame,
      end_frame: endFrame,
      start_time: tickSeconds(times, outputTick),
      end_time: tickSeconds(times, outputTick + endTick - startTick),
    })),
  )
}

function renderStats(
  plan: RenderPlan,
  { backend }: TaskContext,
  written: readonly WrittenFile[],
  verified: readonly VerifiedFile[],
): TaskRun['stats'] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const frames = sum(written.map(({ ticks }) => ticks.length))
  const sound = plan.probe.audio === undefined ? null : sum(verified.map(({ audioS }) => audioS ?? 0))
  const { probe, output, upscaler } = plan
  return {
    frames_in: frames,
    frames_out: sum(verified.map((file) => file.frames)),
    input_resolution: `${probe.width}x${probe.height}`,
    output_resolution: `${output.width}x${output.height}`,
    duration_sec: sum(written.map(({ ticks }) => spanS(plan.times, ticks, 1 / probe.video.fps))),
    video_sec: sum(verified.map((file) => file.videoS)),
    audio_sec: sound,
    device: upscaler === undefined ? 'cpu' : backend.provider,
    ...(upscaler === undefined ? {} : { model: upscaler.name, model_sha256: upscaler.network.sha256 }),
    encoder: plan.encoder,
  }
}

/** From the first frame's start to the last one's end; the last lasts as long as frames do on average. */
function spanS(times: SourceTimes, ticks: readonly bigint[], lastS: number): number {
  const [first, last] = [ticks[0], ticks.at(-1)]
  return first === undefined || last === undefined ? 0 : tickSeconds(times, last - first) + lastS
}
