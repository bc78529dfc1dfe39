import type { Metadata } from 'next'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { DeleteScreen } from './_parts/delete-screen.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Delete account' }

export default async function DeletePage() {
  const user = await requireUser('/account/delete')
  return (
    <>
      <PageHeader title="Delete account" back={{ href: '/account', label: 'Account' }} />
      <DeleteScreen email={user.email} />
    </>
  )
}
