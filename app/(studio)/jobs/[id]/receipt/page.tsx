import type { Metadata } from 'next'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { ReceiptScreen } from './_parts/receipt-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Receipt' }

export default async function ReceiptPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const user = await requireUser(`/jobs/${encodeURIComponent(id)}/receipt`)
  return <ReceiptScreen jobId={id} email={user.email} />
}
