import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import { isShort, type PacketFacts, readPackets } from '#gpu/media/packets.ts'
import { mediaFacts, type Probe, probeFile } from '#gpu/media/probe.ts'
import { checkCounted, checkInput } from '#gpu/tasks/check-input.ts'
import type { TaskContext, TaskRun } from '#gpu/tasks/task-handler.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { type DetectScenesParams, detectScenesContract, type ScenesFile } from '#lib/contracts/tasks/detect-scenes.ts'
import { scoreFrames } from '#lib/core/scenes/score-frames.ts'
import { splitScenes } from '#lib/core/scenes/split-scenes.ts'
import { type DecodedChanges, decodeChanges } from './decode-changes.ts'

const { limits: LIMITS } = detectScenesContract
/** A tool that says nothing for so long will never. */
const IDLE_S = 25

/** The scenes of a video, with the scores to draw the line elsewhere (`splitScenes`). Throws coded errors. */
export async function findScenes(
  params: DetectScenesParams,
  context: TaskContext,
): Promise<{ file: ScenesFile; stats: TaskRun['stats'] }> {
  const { config, quoted, signal } = context
  const tools: ToolLimits = { wallS: config.jobWallS, idleS: IDLE_S }
  const probe = await probeFile(context.inputPath, signal)
  const packets = await readPackets(probe, tools, signal)
  checkInput(mediaFacts(probe, { ...packets, frames: packets.shown }), LIMITS, quoted)
  const decoded = await decode(probe, packets, tools, context)
  const frames = decoded.times.length
  if (frames === 0 || isShort(frames, packets.shown)) {
    const message = `Only ${frames} of the video's ${packets.shown} frames can be decoded: the file is damaged.`
    throw new AppError('corrupt_media', message)
  }
  const times = decoded.times.map((time) => time - probe.originS)
  const scores = scoreFrames(decoded.changes, probe.video.fps, params.detector)
  const file = { ...splitScenes({ scores, times, endTime: decoded.endTime - probe.originS }, params), scores, times }
  const size = `${probe.width}x${probe.height}`
  const durationS = decoded.endTime - (decoded.times[0] ?? 0)
  return {
    file,
    stats: {
      frames_in: frames,
      frames_out: frames,
      input_resolution: size,
      output_resolution: size,
      duration_sec: durationS,
      video_sec: durationS,
      audio_sec: packets.audioS,
      device: 'cpu',
    },
  }
}

function decode(probe: Probe, packets: PacketFacts, limits: ToolLimits, context: TaskContext): Promise<DecodedChanges> {
  const { config, workDir, signal, quoted } = context
  const started = performance.now()
  return decodeChanges({
    probe,
    options: { threads: config.encodeThreads, maxPixels: LIMITS.maxInputPixels * 2, skipLoopFilter: true },
    limits,
    workDir,
    signal,
    onFrames(frames) {
      checkCounted(frames, quoted)
      context.onProgress({
        stage: 'process',
        percent: 10 + 80 * Math.min(1, frames / packets.shown),
        frame: frames,
        framesTotal: Math.max(frames, packets.shown),
        fps: frames / Math.max(0.001, (performance.now() - started) / 1000),
        message: 'Looking for cuts',
      })
    },
  })
}
