import { chooseInput } from '#gpu/detect/choose-input.ts'
import type { Detector } from '#gpu/detect/detector.ts'
import { openDetector } from '#gpu/detect/detector.ts'
import { motionDetector } from '#gpu/detect/motion/motion-detector.ts'
import { decodeFilters } from '#gpu/media/decode-plan.ts'
import type { DecodedBatch } from '#gpu/media/decoder.ts'
import { type Decoder, openDecoder } from '#gpu/media/decoder.ts'
import { framePlanes } from '#gpu/media/frames.ts'
import { isShort } from '#gpu/media/packets.ts'
import { checkCounted } from '#gpu/tasks/check-input.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type TrackParams, trackContract } from '#lib/contracts/tasks/track.ts'
import { CameraFollower, reduceForCamera } from './camera-follower.ts'
import { detectVideo } from './detect-video.ts'
import { DetectionLog } from './detection-log.ts'
import type { LumaPlane } from './luma-plane.ts'
import type { TrackPlan } from './plan-track.ts'

/** On a CPU a batch only spoils its caches: 4 frames of 768x576 took 47.6 ms each, one alone 36.2. */
const GPU_BATCH = 8

export interface Watched {
  readonly log: DetectionLog
  readonly frames: number
  readonly durationS: number
}

/** Everything the detector sees in a video, frame by frame. Progress runs from 10 to 85 %. */
export async function watchVideo(plan: TrackPlan, params: TrackParams, context: TaskContext): Promise<Watched> {
  const { signal } = context
  const detector = await openVideoDetector(plan, params, context)
  let decoder: Decoder | undefined
  try {
    decoder = await openAnalysisDecoder(plan, detector, context)
    const log = new DetectionLog()
    const seconds = secondsOf(plan, decoder)
    const report = progressReporter(plan, context)
    const camera = detector.measuresCamera ? undefined : new CameraFollower(plan.probe)
    const { layout } = detector
    const look = ({ buffer, frames }: DecodedBatch): LumaPlane[] =>
      Array.from({ length: camera ? frames : 0 }, (_, index) =>
        reduceForCamera(framePlanes(buffer, layout, index).luma, layout.width, layout.height),
      )
    await detectVideo(decoder, detector, seconds, look, ({ timesS, seen, look: planes }) => {
      signal.throwIfAborted()
      for (const [index, { detections, camera: measured }] of seen.entries()) {
        const plane = planes[index]
        log.add(timesS[index] ?? 0, detections, plane ? camera?.next(plane, detections) : measured)
      }
      checkCounted(log.frames, context.quoted)
      report(log.frames)
    })
    signal.throwIfAborted()
    const counted = decoder.counted()
    if (isShort(counted.frames, plan.packets.shown)) {
      const problem = `Only ${counted.frames} of the video's ${plan.packets.shown} frames can be decoded`
      throw new AppError('corrupt_media', `${problem}: the file is damaged.`)
    }
    return { log, ...counted }
  } finally {
    await Promise.all([decoder?.close(), detector.close()])
  }
}

async function openVideoDetector(plan: TrackPlan, params: TrackParams, context: TaskContext): Promise<Detector> {
  const { network, classes, colour, probe } = plan
  if (network === undefined) return motionDetector(probe, classes)
  const wanted = context.backend.provider === 'cpu' ? 1 : GPU_BATCH
  const detectorPlan = {
    model: network.model,
    network: network.bytes,
    ...chooseInput(network.model, network.bytes, probe, wanted),
    colour: colour.yuv,
    classes,
    iouThreshold: params.iou_threshold,
    signal: context.signal,
  }
  return openDetector(detectorPlan, context.backend)
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
