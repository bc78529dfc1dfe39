import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { AdminScreen } from './_parts/admin-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Admin' }

export default async function AdminPage() {
  const user = await requireUser('/admin')
  if (user.role === 'user') notFound()
  return <AdminScreen canAct={user.role === 'admin'} />
}
