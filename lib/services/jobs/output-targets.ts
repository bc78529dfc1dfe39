import { z } from 'zod'
import type { VideoFormat } from '#lib/contracts/tasks/render.ts'
import type { OutputTargets } from '#lib/contracts/worker.ts'
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

export interface OutputSize {
  width: number
  height: number
  frames: number
}

/** Keys carry the attempt id, so that a stale attempt can never overwrite a winner. */
export async function createOutputTargets(
  ctx: Ctx,
  input: {
    userId: string
    jobId: string
    attemptId: string
    size: OutputSize
    format: VideoFormat
    withPreview: boolean
  },
): Promise<StoredTargets> {
  const prefix = `users/${input.userId}/jobs/${input.jobId}/${input.attemptId}`
  const video: StoredTargets[string] = {
    key: `${prefix}/video.${input.format}`,
    contentType: VIDEO_TYPES[input.format],
  }
  const boundBytes = (input.size.width * input.size.height * input.size.frames * MAX_BITS_PER_PIXEL) / 8
  if (boundBytes > SINGLE_PUT_MAX_BYTES) {
    const uploadId = await ctx.storage.createMultipart(video.key, video.contentType)
    video.multipart = {
      uploadId,
      partBytes: PART_BYTES,
      parts: Math.min(MAX_PARTS, Math.ceil(boundBytes / PART_BYTES)),
    }
  }
  return {
    video,
    poster: { key: `${prefix}/poster.jpg`, contentType: 'image/jpeg' },
    live_frame: { key: `${prefix}/live-frame.jpg`, contentType: 'image/jpeg' },
    ...(input.withPreview ? { preview: { key: `${prefix}/preview.mp4`, contentType: 'video/mp4' } } : {}),
  }
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
