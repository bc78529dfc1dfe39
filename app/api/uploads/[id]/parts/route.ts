import { z } from 'zod'
import { SignParts } from '#lib/contracts/api/uploads.ts'
import { route } from '#lib/platform/route.ts'
import { signParts } from '#lib/services/uploads/sign-parts.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

export const POST = route({ auth: 'user', params: Params, body: SignParts }, async ({ ctx, params, body }) => {
  return await signParts({ ctx, input: { uploadId: params.id, partNumbers: body.part_numbers } })
})
