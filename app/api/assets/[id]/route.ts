import { z } from 'zod'
import { RenameAsset } from '#lib/contracts/api/uploads.ts'
import { route } from '#lib/platform/route.ts'
import { deleteAsset } from '#lib/services/uploads/delete-asset.ts'
import { getAsset } from '#lib/services/uploads/get-asset.ts'
import { renameAsset } from '#lib/services/uploads/rename-asset.ts'

export const runtime = 'edge'

const Params = z.object({ id: z.string().max(64) })

export const GET = route({ auth: 'user', params: Params }, async ({ ctx, params }) => {
  return await getAsset({ ctx, input: { assetId: params.id } })
})

export const PATCH = route({ auth: 'user', params: Params, body: RenameAsset }, async ({ ctx, params, body }) => {
  return await renameAsset({ ctx, input: { assetId: params.id, fileName: body.file_name } })
})

export const DELETE = route({ auth: 'user', params: Params }, async ({ ctx, params }) => {
  await deleteAsset({ ctx, input: { assetId: params.id } })
  return new Response(null, { status: 204 })
})
