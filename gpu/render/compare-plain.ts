import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { audioArgs, codecArgs } from '#gpu/media/encode-args.ts'
import { runTool } from '#gpu/media/ffmpeg.ts'
import { inputArgs } from '#gpu/media/probe.ts'
import type { TaskContext } from '#gpu/tasks/task-handler.ts'
import { planRender, type RenderPlan } from './plan-render.ts'
import type { RenderRequest } from './render-request.ts'
import { renderFiles } from './render-video.ts'

/** A render whose speed is compared with plain ffmpeg doing the same decoding, scaling and encoding. */
export interface RenderCase {
  readonly name: string
  /** For a source of 1920×1080 pixels and `frames` frames. */
  readonly request: (frames: number) => RenderRequest
  /** What ffmpeg does to the frames: the crop in whole pixels, the scale, no effect. */
  readonly plainFilters: (frames: number) => readonly string[]
}

const ENCODING = { format: 'mp4', codec: 'h264', quality: 'high' } as const
const VERTICAL = { width: 1080, height: 1920 } as const

/** A vertical crop that pans from one side to the other. */
export const framingCase: RenderCase = {
  name: 'framing',
  request: (frames) => ({
    ...ENCODING,
    crop: [
      { frame: 0, x: 0, y: 0, width: 607.5, height: 1080 },
      { frame: frames - 1, x: 1312.5, y: 0, width: 607.5, height: 1080 },
    ],
    output: VERTICAL,
  }),
  plainFilters: (frames) => [
    `crop=w=608:h=1080:x='1312*n/${frames - 1}':y=0`,
    `scale=${VERTICAL.width}:${VERTICAL.height}:flags=lanczos`,
  ],
}

/** A moving highlight of one kind, whole frames. */
export function overlayCase(effect: NonNullable<RenderRequest['highlight']>['effect']): RenderCase {
  return {
    name: `overlay ${effect}`,
    request: (frames) => ({
      ...ENCODING,
      highlight: { effect, regions: [movingEllipse(frames)] },
    }),
    plainFilters: () => [],
  }
}

function movingEllipse(frames: number) {
  const radii = { radius_x: 60, radius_y: 110 }
  const keyframes = [
    { frame: 0, x: 300, y: 400, ...radii },
    { frame: frames - 1, x: 1600, y: 700, ...radii },
  ]
  return { start_frame: 0, end_frame: frames, opacity: 1, keyframes }
}

/** ffmpeg alone, with the encoder's own arguments. */
export function plainArgs(plan: RenderPlan, filters: readonly string[], threads: number, output: string): string[] {
  const { probe, encoder, request } = plan
  return [
    '-hide_banner',
    '-nostdin',
    '-loglevel',
    'error',
    '-y',
    '-threads',
    String(threads),
    ...inputArgs(probe.path, probe.demuxer),
    ...(filters.length === 0 ? [] : ['-vf', filters.join(',')]),
    ...codecArgs(encoder, request.quality, threads),
    '-pix_fmt',
    'yuv420p',
    ...(probe.audio === undefined ? [] : audioArgs(probe.audio.codec)),
    '-movflags',
    '+faststart',
    '-f',
    'mp4',
    `file:${output}`,
  ]
}

export interface Comparison {
  readonly name: string
  readonly frames: number
  readonly renderFps: number
  readonly plainFps: number
  /** Renders ÷ plain ffmpeg, by speed. */
  readonly share: number
}

/** Runs both in turns, so that both meet the same weather, and takes the best of each. `context.inputPath` is 1920×1080. */
export async function comparePlain(test: RenderCase, context: TaskContext, rounds = 3): Promise<Comparison> {
  const frames = (await planRender(test.request(2), context)).times.ticks.length
  const plan = await planRender(test.request(frames), context)
  const threads = context.config.renderThreads
  const plainPath = join(context.workDir, 'plain.mp4')
  const best = { render: Number.POSITIVE_INFINITY, plain: Number.POSITIVE_INFINITY }
  for (let round = 0; round < rounds; round += 1) {
    best.render = Math.min(best.render, await seconds(() => renderFiles(plan, context, { frameDone: () => undefined })))
    best.plain = Math.min(
      best.plain,
      await seconds(() =>
        runTool('ffmpeg', plainArgs(plan, test.plainFilters(frames), threads, plainPath), { limits: plan.tools }),
      ),
    )
  }
  await Promise.all([...plan.files.map(({ path }) => path), plainPath].map((path) => rm(path, { force: true })))
  const [renderFps, plainFps] = [frames / best.render, frames / best.plain]
  return { name: test.name, frames, renderFps, plainFps, share: renderFps / plainFps }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
