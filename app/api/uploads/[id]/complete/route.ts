import { z } from 'zod'
import { CompleteUpload } from '#lib/contracts/api/uploads.ts'
import { route } from '#lib/platform/route.ts'
import { completeUpload } from '#lib/services/uploads/complete-upload.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })
/** Ten thousand parts with their ETags. */
const MAX_BODY_BYTES = 2 * 1024 ** 2

export const POST = route(
  { auth: 'user', params: Params, body: CompleteUpload, maxBodyBytes: MAX_BODY_BYTES },
  async ({ ctx, params, body }) => {
    const parts = body.parts.map((part) => ({ partNumber: part.part_number, etag: part.etag }))
    return await completeUpload({ ctx, input: { uploadId: params.id, parts } })
  },
)
