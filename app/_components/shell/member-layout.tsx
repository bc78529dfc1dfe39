import type { ReactNode } from 'react'
import { AppShell } from './app-shell.tsx'
import { currentUser } from './require-user.ts'

/** The frame of every page behind the login. The pages themselves send strangers away, because they know the way back. */
export async function MemberLayout({ children }: { children: ReactNode }) {
  const user = await currentUser()
  if (!user) return children
  return (
    <AppShell email={user.email} admin={user.role !== 'user'}>
      {children}
    </AppShell>
  )
}
