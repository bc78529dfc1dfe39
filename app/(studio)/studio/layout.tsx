import type { ReactNode } from 'react'

export const runtime = 'edge'

/** The editor fills the window: no side bar, no bottom bar. */
export default function StudioLayout({ children }: { children: ReactNode }) {
  return <main id="main">{children}</main>
}
