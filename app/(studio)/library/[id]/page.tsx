import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { AssetScreen } from './_parts/asset-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Clip' }

export default async function AssetPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  await requireUser(`/library/${encodeURIComponent(id)}`)
  return <AssetScreen id={id} />
}
