import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { JobScreen } from './_parts/job-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Job' }

export default async function JobPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  await requireUser(`/jobs/${encodeURIComponent(id)}`)
  return <JobScreen id={id} />
}
