import type { ReactNode } from 'react'
import { SiteFooter } from '#app/_components/shell/site-footer.tsx'
import { SiteHeader } from '#app/_components/shell/site-header.tsx'

export default function MarketingLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col overflow-x-clip">
      <SiteHeader />
      <main id="main" className="flex-1">
        {children}
      </main>
      <SiteFooter />
    </div>
  )
}
