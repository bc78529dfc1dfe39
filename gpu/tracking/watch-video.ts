import type { Appearance } from '#gpu/detect/appearance.ts'
import type { Detector, Seen } from '#gpu/detect/detector.ts'
import { decodeFilters } from '#gpu/media/decode-plan.ts'
import { type Decoder, openDecoder } from '#gpu/media/decoder.ts'
import { isShort } from '#gpu/media/packets.ts'
import { checkCounted } from '#gpu/tasks/check-input.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { BoundingBox } from '#lib/contracts/geometry.ts'
import { type TrackParams, trackContract } from '#lib/contracts/tasks/track.ts'
import type { Detection } from '#lib/core/tracking/types.ts'
import { CameraFollower } from './camera-follower.ts'
import { detectVideo, type SeenBatch } from './detect-video.ts'
import { DetectionLog } from './detection-log.ts'
import { type FrameLook, lookAtFrames } from './frame-looks.ts'
import { LivePictures } from './live-pictures.ts'
import { openVideoAppearance, openVideoDetector } from './open-networks.ts'
import type { TrackPlan } from './plan-track.ts'

/** Looks change slowly, and taking them costs more than finding people: so often a second they are taken. */
const LOOKS_PER_S = 5

export interface Watched {
  readonly log: DetectionLog
  readonly frames: number
  readonly durationS: number
}

/** Everything the detector sees in a video, frame by frame. Progress runs from 10 to 85 %. */
export async function watchVideo(plan: TrackPlan, params: TrackParams, context: TaskContext): Promise<Watched> {
  const { signal } = context
  const detector = await openVideoDetector(plan, params, context)
  const pictures = new LivePictures(plan, context, detector.layout)
  let [decoder, appearance]: [Decoder | undefined, Appearance | undefined] = [undefined, undefined]
  try {
    appearance = await openVideoAppearance(plan, detector.layout, context)
    decoder = await openAnalysisDecoder(plan, detector, context)
    const log = new DetectionLog()
    const record = recorder(plan, params, detector, appearance, log)
    const report = progressReporter(plan, context)
    const everyFrames = appearance ? Math.max(1, Math.round(plan.probe.video.fps / LOOKS_PER_S)) : 0
    let looked = 0
    await detectVideo(decoder, detector, secondsOf(plan, decoder), {
      look: (batch) => {
        const looks = lookAtFrames(batch, detector, looked, everyFrames)
        looked += batch.frames
        return { looks, picture: pictures.take(batch) }
      },
      onSeen: async ({ seen, timesS, look }) => {
        signal.throwIfAborted()
        await record({ seen, timesS, look: look.looks })
        if (look.picture) pictures.show(look.picture, seen.at(-1)?.detections ?? [], params.confidence_threshold)
        checkCounted(log.frames, context.quoted)
        report(log.frames)
      },
    })
    signal.throwIfAborted()
    const counted = decoder.counted()
    if (isShort(counted.frames, plan.packets.shown)) {
      const problem = `Only ${counted.frames} of the video's ${plan.packets.shown} frames can be decoded`
      throw new AppError('corrupt_media', `${problem}: the file is damaged.`)
    }
    return { log, ...counted }
  } finally {
    await Promise.all([decoder?.close(), detector.close(), appearance?.close(), pictures.close()])
  }
}

/** Writes batches into the log, with the camera's motion and, where frames were kept for it, people's looks. */
function recorder(
  { probe }: TrackPlan,
  params: TrackParams,
  { layout }: Detector,
  appearance: Appearance | undefined,
  log: DetectionLog,
): (batch: SeenBatch<readonly FrameLook[]>) => Promise<void> {
  const camera = new CameraFollower(probe)
  const [scaleX, scaleY] = [layout.width / probe.width, layout.height / probe.height]
  const withLooks = async (detections: readonly Detection[], frame: Uint8Array): Promise<readonly Detection[]> => {
    const isSure = ({ className, score }: Detection) => className === 'person' && score >= params.confidence_threshold
    const sure = detections.filter(isSure)
    const boxes = sure.map(
      ({ box: [x1, y1, x2, y2] }): BoundingBox => [x1 * scaleX, y1 * scaleY, x2 * scaleX, y2 * scaleY],
    )
    const vectors = (await appearance?.describe(frame.slice().buffer, boxes)) ?? []
    const looks = new Map(sure.map((detection, index) => [detection, vectors[index]]))
    return detections.map((detection) => {
      const embedding = looks.get(detection)
      return embedding ? { ...detection, embedding } : detection
    })
  }
  const recordFrame = async (seen: Seen, timeS: number, look: FrameLook | undefined): Promise<void> => {
    const motion = look?.plane ? camera.next(look.plane, seen.detections) : seen.camera
    const detections = look?.frame ? await withLooks(seen.detections, look.frame) : seen.detections
    log.add(timeS, detections, motion)
  }
  return async ({ seen, timesS, look }) => {
    for (const [index, one] of seen.entries()) await recordFrame(one, timesS[index] ?? 0, look[index])
  }
}

function openAnalysisDecoder(plan: TrackPlan, { layout }: Detector, context: TaskContext): Promise<Decoder> {
  const { probe, colour, tools: limits } = plan
  const { config, workDir, signal } = context
  const options = { threads: config.encodeThreads, maxPixels: trackContract.limits.maxInputPixels * 2 }
  return openDecoder({ probe, filters: decodeFilters(probe, colour, layout), layout, options, limits, workDir, signal })
}

/** Ticks → seconds of the file's own clock, counted from its origin. */
function secondsOf({ probe }: TrackPlan, decoder: Decoder): (ticks: bigint) => number {
  return (ticks) => {
    const { num, den } = decoder.timeBase()
    return (Number(ticks) * num) / den - probe.originS
  }
}

function progressReporter({ packets }: TrackPlan, { onProgress }: TaskContext): (frames: number) => void {
  const started = performance.now()
  return (frames) => {
    const fps = frames / Math.max(0.001, (performance.now() - started) / 1000)
    const framesTotal = Math.max(frames, packets.shown)
    const percent = 10 + 75 * (frames / Math.max(1, framesTotal))
    onProgress({ stage: 'process', percent, frame: frames, framesTotal, fps, message: 'Looking for people and ball' })
  }
}
