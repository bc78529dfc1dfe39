import { z } from 'zod'
import { route } from '#lib/platform/route.ts'
import { repeatIngest } from '#lib/services/jobs/order-ingest.ts'
import { getAsset } from '#lib/services/uploads/get-asset.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

/** Asks for the free preparation once more after it failed. */
export const POST = route({ auth: 'user', params: Params }, async ({ ctx, params }) => {
  await repeatIngest({ ctx, input: { assetId: params.id } })
  return getAsset({ ctx, input: { assetId: params.id } })
})
