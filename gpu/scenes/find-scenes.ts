import type { ToolLimits } from '#gpu/media/ffmpeg.ts'
import { type PacketFacts, readPackets } from '#gpu/media/packets.ts'
import { mediaFacts, type Probe, probeFile } from '#gpu/media/probe.ts'
import { checkCounted, checkInput } from '#gpu/tasks/check-input.ts'
import type { TaskContext, TaskRun } from '#gpu/tasks/task-handler.ts'
import { type DetectScenesParams, detectScenesContract, type ScenesFile } from '#lib/contracts/tasks/detect-scenes.ts'
import { placeFades } from '#lib/core/scenes/score-frames.ts'
import { splitScenes } from '#lib/core/scenes/split-scenes.ts'
import { type Survey, surveyVideo } from './survey-video.ts'

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
  const survey = await look(probe, packets, params, tools, context)
  const { num, den } = survey.timeBase
  const times = survey.ticks.map((tick) => (Number(tick) * num) / den - probe.originS)
  const { fps } = probe.video
  const frames = times.length
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0]
  const endTime = Math.max(last + 1 / fps, first)
  const scores = placeFades(survey.scores, survey.levels, fps)
  const file = { ...splitScenes({ scores, times, endTime }, params), scores, times }
  const size = `${probe.width}x${probe.height}`
  const durationS = endTime - first
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

function look(
  probe: Probe,
  packets: PacketFacts,
  params: DetectScenesParams,
  limits: ToolLimits,
  { config, signal, quoted, onProgress }: TaskContext,
): Promise<Survey> {
  const started = performance.now()
  return surveyVideo({
    probe,
    packets,
    params,
    maxPixels: LIMITS.maxInputPixels * 2,
    threads: config.encodeThreads,
    limits,
    signal,
    onFrames(frames) {
      checkCounted(frames, quoted)
      onProgress({
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
