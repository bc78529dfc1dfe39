import { CreateUpload } from '#lib/contracts/api/uploads.ts'
import { route } from '#lib/platform/route.ts'
import { createUpload } from '#lib/services/uploads/create-upload.ts'

export const runtime = 'edge'

export const POST = route({ auth: 'user', body: CreateUpload }, async ({ ctx, body }) => {
  return await createUpload({ ctx, input: body })
})
