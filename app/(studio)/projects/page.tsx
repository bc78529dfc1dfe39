import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { ProjectsScreen } from './_parts/projects-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Projects' }

export default async function ProjectsPage() {
  await requireUser('/projects')
  return <ProjectsScreen />
}
