import { z } from 'zod'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { TaskRequest } from '#lib/contracts/tasks/index.ts'
import type { VideoFormat } from '#lib/contracts/tasks/render.ts'
import type { OutputTargets } from '#lib/contracts/worker.ts'
import { optionalOutputs, requiredOutputs } from '#lib/core/jobs/required-outputs.ts'
import type { ExpectedOutput } from '#lib/core/media/expected-output.ts'
import { expectedVideos } from '#lib/core/media/expected-videos.ts'
import { codecOf, formatOf } from '#lib/core/pricing/fit-codec.ts'
import type { Ctx } from '#lib/services/context.ts'

/** Where each output of an attempt goes: remembered on the attempt, because presigned URLs expire and are made anew. */
export const StoredTargets = z.record(
  z.string(),
  z.strictObject({
    key: z.string(),
    contentType: z.string(),
    multipart: z
      .strictObject({ uploadId: z.string(), partBytes: z.number().int(), parts: z.number().int() })
      .optional(),
  }),
)
export type StoredTargets = z.infer<typeof StoredTargets>

/** Above this a result is uploaded in parts: a single PUT ends at 5 GiB and cannot be resumed. */
const SINGLE_PUT_MAX_BYTES = 2 * 1024 ** 3
const PART_BYTES = 64 * 1024 ** 2
const MAX_PARTS = 10_000
/** Generous upper bound of what a high-quality encode spends: bits per output pixel. */
const MAX_BITS_PER_PIXEL = 0.5

export const VIDEO_TYPES = { mp4: 'video/mp4', mov: 'video/quicktime', webm: 'video/webm' } as const satisfies Record<
  VideoFormat,
  string
>

/** Endings and types of what is no video; the worker uploads with the same types. */
const OTHER_FILES: Readonly<Record<string, { ending: string; contentType: string }>> = {
  result: { ending: '.json.gz', contentType: 'application/gzip' },
  waveform: { ending: '.bin', contentType: 'application/octet-stream' },
  poster: { ending: '.jpg', contentType: 'image/jpeg' },
  filmstrip: { ending: '.jpg', contentType: 'image/jpeg' },
  live_frame: { ending: '.jpg', contentType: 'image/jpeg' },
  preview: { ending: '.mp4', contentType: 'video/mp4' },
}

/** A place for everything a run must and may hand back. Keys carry the attempt id, so that a stale attempt can never overwrite a winner. */
export async function createOutputTargets(
  ctx: Ctx,
  input: { userId: string; jobId: string; attemptId: string; request: TaskRequest; facts: MediaFacts },
): Promise<StoredTargets> {
  const { request, facts } = input
  const format = formatOf(request)
  const playable = codecOf(request) === 'h264' && format === 'mp4'
  const videos = expectedVideos(request, facts)
  const prefix = `users/${input.userId}/jobs/${input.jobId}/${input.attemptId}`
  const targets: StoredTargets = {}
  for (const name of [...requiredOutputs(request), ...optionalOutputs(request, playable)]) {
    const { ending, contentType } = OTHER_FILES[name] ?? { ending: `.${format}`, contentType: VIDEO_TYPES[format] }
    const key = `${prefix}/${name.replace('_', '-')}${ending}`
    const multipart = await openMultipart(ctx, key, contentType, videos.get(name))
    targets[name] = { key, contentType, ...(multipart && { multipart }) }
  }
  return targets
}

async function openMultipart(
  ctx: Ctx,
  key: string,
  contentType: string,
  size: ExpectedOutput | undefined,
): Promise<StoredTargets[string]['multipart']> {
  if (size === undefined) return undefined
  const boundBytes = (size.width * size.height * size.frames * MAX_BITS_PER_PIXEL) / 8
  if (boundBytes <= SINGLE_PUT_MAX_BYTES) return undefined
  const uploadId = await ctx.storage.createMultipart(key, contentType)
  return { uploadId, partBytes: PART_BYTES, parts: Math.min(MAX_PARTS, Math.ceil(boundBytes / PART_BYTES)) }
}

/** Fresh presigned URLs for the stored targets, good for `expiresInS`. */
export async function presignTargets(ctx: Ctx, targets: StoredTargets, expiresInS: number): Promise<OutputTargets> {
  const entries = await Promise.all(
    Object.entries(targets).map(async ([name, target]) => {
      if (!target.multipart) {
        const put_url = await ctx.storage.presignPut(target.key, { contentType: target.contentType, expiresInS })
        return [name, { put_url }] as const
      }
      const { uploadId, partBytes, parts } = target.multipart
      const part_urls = await Promise.all(
        Array.from({ length: parts }, (_, index) =>
          ctx.storage.presignPart(target.key, uploadId, index + 1, expiresInS),
        ),
      )
      return [name, { upload_id: uploadId, part_size: partBytes, part_urls }] as const
    }),
  )
  return Object.fromEntries(entries)
}

export function storedTargetsOf(attempt: { outputTargetsJson: string | null }): StoredTargets {
  return attempt.outputTargetsJson === null ? {} : StoredTargets.parse(JSON.parse(attempt.outputTargetsJson))
}
