import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { TopUpResult } from './top-up-result.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Top-up' }

export default async function TopUpPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  await requireUser(`/wallet/top-up/${encodeURIComponent(id)}`)
  return <TopUpResult id={id} />
}
