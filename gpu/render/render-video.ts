import { writeFile } from 'node:fs/promises'
import type { VideoNetwork } from '#gpu/inference/backend.ts'
import { deriveFiles } from '#gpu/media/derive-files.ts'
import type { EncodePlan } from '#gpu/media/encode-args.ts'
import { type Encoder, openEncoder } from '#gpu/media/encoder.ts'
import { isShort } from '#gpu/media/packets.ts'
import { mediaFacts } from '#gpu/media/probe.ts'
import { checkCounted } from '#gpu/tasks/check-input.ts'
import type { TaskContext, TaskRun } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { MadeClip } from '#lib/contracts/tasks/render.ts'
import { clipChapters } from '#lib/core/render/time-map.ts'
import { chapterFile } from './chapters.ts'
import { type ClipLabels, clipLabels, labelOf } from './clip-labels.ts'
import { CLIP_SOUND, writeClipSound } from './clip-sound.ts'
import { encoderSink, networkSink } from './frame-sink.ts'
import { type FrameStore, openComposingStore, openPlainStore } from './frame-store.ts'
import { openUpscaler } from './open-upscaler.ts'
import { type PlannedFile, planRender, type RenderPlan } from './plan-render.ts'
import { renderFile } from './render-file.ts'
import type { RenderRequest } from './render-request.ts'
import { madeClips, renderStats, spanS, type WrittenFile } from './render-stats.ts'
import { createScene } from './scene.ts'
import { type ReadFrame, SourceReader } from './source-reader.ts'
import { type VerifiedFile, verifyRendered } from './verify-rendered.ts'
import { type ProgressWatch, watchProgress } from './watch-progress.ts'

export interface RenderedVideo {
  readonly files: TaskRun['files']
  /** `null` when nothing was cut. */
  readonly clips: readonly MadeClip[] | null
  readonly stats: TaskRun['stats']
  /** What the source's headers and packets say, and what decoding each file gave, in the order of the files. */
  readonly input: MediaFacts
  readonly verified: readonly VerifiedFile[]
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
      input: sourceFacts(plan),
      verified,
    }
  } finally {
    await watch.stop()
  }
}

/** Program streams do not say every packet's time: what decoding found is put in its place. */
function sourceFacts({ probe, packets, times }: RenderPlan): MediaFacts {
  const videoS = packets.times.ticks.length > 0 ? packets.videoS : spanS(times, times.ticks, 1 / probe.video.fps)
  return mediaFacts(probe, { frames: packets.shown, videoS, audioS: packets.audioS })
}

/** Renders the planned files one after another through one store of frames and one network. */
export async function renderFiles(
  plan: RenderPlan,
  context: TaskContext,
  watch: Pick<ProgressWatch, 'frameDone'>,
): Promise<WrittenFile[]> {
  const labels = await clipLabels(plan, context)
  // Opened beside the first file's decoder and encoder.
  const store = openStore(plan, labels, context)
  store.catch(() => undefined)
  let network: VideoNetwork | undefined
  try {
    network = await openUpscaler(plan, context)
    const written: WrittenFile[] = []
    for (const file of plan.files)
      written.push({ file, ticks: await renderOne(plan, file, context, { store, labels, network, watch }) })
    return written
  } finally {
    await Promise.all([store.then((opened) => opened.close()).catch(() => undefined), network?.close()])
  }
}

function openStore(
  { request, decoded, composed, colour, upscaler }: RenderPlan,
  allLabels: ClipLabels,
  { config }: TaskContext,
): Promise<FrameStore> {
  const labels: ClipLabels = upscaler === undefined ? allLabels : new Map()
  const resized = decoded.width !== composed.width || decoded.height !== composed.height
  const composes = request.crop !== undefined || request.highlight !== undefined || resized || labels.size > 0
  if (!composes) return Promise.resolve(openPlainStore(decoded))
  const side = (name: 'width' | 'height') => Math.max(...[...labels.values()].map((label) => label[name]))
  return openComposingStore(
    {
      source: decoded,
      output: composed,
      range: colour.yuv.fullRange ? 'full' : 'limited',
      largestLabel: labels.size > 0 ? { width: side('width'), height: side('height') } : undefined,
    },
    config.composeThreads,
  )
}

interface Shared {
  readonly store: Promise<FrameStore>
  readonly labels: ClipLabels
  readonly network: VideoNetwork | undefined
  readonly watch: Pick<ProgressWatch, 'frameDone'>
}

async function renderOne(
  plan: RenderPlan,
  file: PlannedFile,
  context: TaskContext,
  { store, labels, network, watch }: Shared,
): Promise<bigint[]> {
  const { signal, workDir, config } = context
  const { probe, times, tools: limits } = plan
  signal.throwIfAborted()
  const reader = new SourceReader(plan, file, context)
  let encoder: Encoder | undefined
  try {
    const layout = network?.output ?? { batch: 1, ...plan.composed }
    const encodePlan = await planEncode(plan, file, layout, config.renderThreads)
    encoder = await openEncoder({
      plan: encodePlan,
      layout,
      limits,
      background: network !== undefined,
      workDir,
      signal,
    })
    const { feedSound } = encoder
    const { clips } = file
    const sound =
      clips === undefined || encodePlan.pcm === undefined
        ? undefined
        : () => feedSound((fd, stop) => writeClipSound({ probe, times, clips, fd, limits, signal: stop }))
    const sink =
      network === undefined
        ? encoderSink(encoder)
        : networkSink(network, { batch: layout.batch, ...plan.composed }, encoder)
    const onFrame = (frame: Parameters<ProgressWatch['frameDone']>[0]) => {
      if (clips === undefined) checkCounted(reader.frames, context.quoted)
      watch.frameDone(frame)
    }
    const labelAt = (frame: ReadFrame) => labelOf(clips?.[frame.clip], labels, times, frame.tick)
    const lateLabels = network !== undefined
    const stages = {
      reader,
      store: await store,
      scene: createScene(plan),
      labelAt,
      lateLabels,
      encoder,
      sink,
      sound,
      onFrame,
    }
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
