import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { JobsScreen } from './_parts/jobs-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Jobs' }

export default async function JobsPage() {
  await requireUser('/jobs')
  return <JobsScreen />
}
