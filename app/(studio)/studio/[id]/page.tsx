import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { OfferedModels } from '#app/(studio)/studio/_editor/modes/export/offered-models.tsx'
import { StudioScreen } from '#app/(studio)/studio/_editor/shell/studio-screen.tsx'
import { FACE_MODEL } from '#lib/contracts/tasks/upscale.ts'
import { readEnv } from '#lib/platform/container.ts'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Studio' }

export default async function StudioPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  await requireUser(`/studio/${encodeURIComponent(id)}`)
  const models = readEnv().GPU_MODELS.filter((name) => name !== FACE_MODEL)
  return (
    <OfferedModels value={models}>
      <StudioScreen projectId={id} />
    </OfferedModels>
  )
}
