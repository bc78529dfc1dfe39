import { join } from 'node:path'
import { readPackets } from '#gpu/media/packets.ts'
import { mediaFacts, probeFile } from '#gpu/media/probe.ts'
import { writePoster, writePreview } from '#gpu/media/stills.ts'
import { decodeFacts } from '#gpu/media/verify-output.ts'
import { AppError } from '#lib/contracts/errors.ts'
import type { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { expectedOutput, outputProblems } from '#lib/core/media/expected-output.ts'
import type { TaskContext, TaskRun } from './task-handler.ts'
import { planUpscale, type UpscalePlan } from './upscale-plan.ts'
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
  return { files, result: null, stats }
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
