import type { Metadata } from 'next'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { ThemeToggle } from '#app/_components/shell/theme-toggle.tsx'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { ExportPanel } from './_parts/export-panel.tsx'
import { ProfilePanel } from './_parts/profile-panel.tsx'
import { SessionsPanel } from './_parts/sessions-panel.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Account' }

export default async function AccountPage() {
  const user = await requireUser('/account')
  return (
    <>
      <PageHeader title="Account" />
      <div className="flex max-w-3xl flex-col gap-6">
        <ProfilePanel user={user} />
        <SessionsPanel />
        <section
          aria-labelledby="looks"
          className="flex flex-wrap items-center justify-between gap-4 rounded-xl border border-line bg-surface p-5 sm:p-6"
        >
          <div>
            <h2 id="looks" className="text-lg font-semibold">
              Day or night match
            </h2>
            <p className="text-sm text-muted">Follows your system until you choose.</p>
          </div>
          <ThemeToggle />
        </section>
        <ExportPanel />
        <section
          aria-labelledby="leave"
          className="flex flex-wrap items-center justify-between gap-4 rounded-xl border border-line bg-surface p-5 sm:p-6"
        >
          <div className="min-w-0 flex-1 basis-64">
            <h2 id="leave" className="text-lg font-semibold">
              Delete account
            </h2>
            <p className="text-sm text-muted">
              Videos, projects and everything personal go for good. You see what happens before anything does.
            </p>
          </div>
          <ButtonLink href="/account/delete" tone="danger">
            Delete account
          </ButtonLink>
        </section>
      </div>
    </>
  )
}
