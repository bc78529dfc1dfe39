import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { abortUpload } from '#lib/services/uploads/abort-upload.ts'
import { getUpload } from '#lib/services/uploads/get-upload.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

export const GET = route({ auth: 'user', params: Params }, async ({ ctx, params }) => {
  return await getUpload({ ctx, input: { uploadId: params.id } })
})

export const DELETE = route({ auth: 'user', params: Params }, async ({ ctx, params }) => {
  await abortUpload({ ctx, input: { uploadId: params.id } })
  return new Response(null, { status: 204 })
})
