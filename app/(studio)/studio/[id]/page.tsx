import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { StudioScreen } from '#app/(studio)/studio/_editor/shell/studio-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Studio' }

export default async function StudioPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  await requireUser(`/studio/${encodeURIComponent(id)}`)
  return <StudioScreen projectId={id} />
}
