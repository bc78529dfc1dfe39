import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { UpscaleParams } from '#lib/contracts/tasks/upscale.ts'
import { renderedSize } from '#lib/core/media/rendered-size.ts'
import { BASE_FPS, BASE_PIXELS } from './rate-card.ts'

/**
 * How much longer a network takes than the one the uncalibrated figures are about. From multiply-accumulates for each input pixel
 * (SRVGG 0.6 and 1.2 million, RLFN 0.5, RRDB 17, of a quarter of the pixels for x2plus, SwinIR-L about 30) at the 10 tera a second
 * that full-precision convolutions reach on the cards of the rate card, against 67 ms for a frame of the base material.
 */
const MODEL_WORK = {
  'reelsr-fast': 1,
  'reelsr-std': 1,
  'realesr-animevideov3': 1,
  'realesr-general-x4v3': 2,
  rlfn_x2: 1,
  rlfn_x4: 1,
  RealESRGAN_x2plus: 7,
  RealESRGAN_x4plus: 25,
  ESRGAN_4x: 25,
  SwinIR_4x_GAN: 50,
} as const satisfies Record<UpscaleParams['model'], number>

/** Finding and restoring faces, and comparing every frame with the one before, in frames of the base material. */
const FACES_WORK = 1
const DEFLICKER_WORK = 0.5
/** Upscaling's base work in units of an export's. */
const UPSCALES_PER_EXPORT = 4

export type PricedFacts = Pick<MediaFacts, 'duration_s' | 'frames' | 'width' | 'height'>

/**
 * Seconds of base material (720p at 30 frames a second) that make as much work as this request on this video: longer, faster and
 * larger videos in proportion, smaller ones no less; clips as often as they are shown; larger results by their own pixels.
 */
export function workSeconds(request: TaskRequest, facts: PricedFacts): number {
  const framesPerSecond = Math.max(BASE_FPS, facts.frames / Math.max(facts.duration_s, 1 / BASE_FPS))
  const seconds = shownSeconds(request, facts) * (framesPerSecond / BASE_FPS)
  return seconds * Math.max(1, workedPixels(request, facts) / BASE_PIXELS) * paramsWork(request)
}

function shownSeconds({ task, params }: TaskRequest, facts: PricedFacts): number {
  if ((task !== 'annotate' && task !== 'export') || params.clips === undefined) return facts.duration_s
  const parts = params.clips.map((clip) => Math.max(0, Math.min(clip.end_time, facts.duration_s) - clip.start_time))
  return parts.reduce((sum, part) => sum + part, 0)
}

/** Upscaling's base already counts its larger result; a render may be asked for at any size. */
export function workedPixels({ task, params }: TaskRequest, facts: PricedFacts): number {
  const input = facts.width * facts.height
  if (task !== 'framing' && task !== 'overlay' && task !== 'export') return input
  const output = renderedSize({ ...params, upscale: false }, facts)
  return Math.max(input, output.width * output.height)
}

function paramsWork({ task, params }: TaskRequest): number {
  if (task === 'upscale') {
    const faces = params.face_enhance ? FACES_WORK : 0
    return MODEL_WORK[params.model] + faces + (params.deflicker > 0 ? DEFLICKER_WORK : 0)
  }
  if (task !== 'export' || !params.upscale) return 1
  return 1 + UPSCALES_PER_EXPORT * MODEL_WORK[params.upscale_model ?? 'reelsr-std']
}
