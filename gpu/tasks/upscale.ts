import { join } from 'node:path'
import { deriveFiles } from '#gpu/media/derive-files.ts'
import { readPackets } from '#gpu/media/packets.ts'
import { mediaFacts } from '#gpu/media/probe.ts'
import { decodeFacts } from '#gpu/media/verify-output.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { expectedOutput, outputProblems } from '#lib/core/media/expected-output.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'
import { planUpscale } from './upscale-plan.ts'
import { render } from './upscale-render.ts'

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
  const derived = await deriveFiles(outputPath, {
    wanted: context.wanted,
    playable: params.codec === 'h264',
    threads: context.config.encodeThreads,
    workDir: context.workDir,
    limits: plan.tools,
    signal: context.signal,
  })
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
  const input = mediaFacts(plan.probe, { ...plan.packets, frames: plan.packets.shown })
  const packets = await readPackets(made.probe, plan.tools, context.signal)
  const problems = outputProblems({
    expected: expectedOutput({ task: 'upscale', params }, input),
    input,
    headers: mediaFacts(made.probe, { ...packets, frames: packets.shown }),
    stats: { ...stats, processing_time_sec: 0, gpu_seconds: 0 },
  })
  if (problems.length > 0)
    throw new AppError('output_invalid', `The result is not as it must be: ${problems.join('; ')}.`)
  return { files: { video: outputPath, ...derived }, result: null, stats }
}
