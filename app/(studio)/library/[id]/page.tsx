import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { FACE_MODEL } from '#lib/contracts/tasks/upscale.ts'
import { readEnv } from '#lib/platform/container.ts'
import { AssetScreen } from './_parts/asset-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Clip' }

export default async function AssetPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  await requireUser(`/library/${encodeURIComponent(id)}`)
  const models = readEnv().GPU_MODELS.filter((name) => name !== FACE_MODEL)
  return <AssetScreen id={id} models={models} />
}
