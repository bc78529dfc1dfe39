import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { LibraryScreen } from './_parts/library-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Library' }

export default async function LibraryPage() {
  await requireUser('/library')
  return <LibraryScreen />
}
