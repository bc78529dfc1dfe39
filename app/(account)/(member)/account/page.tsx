import type { Metadata } from 'next'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { requireUser } from '#app/_components/shell/require-user.ts'
import { ThemeToggle } from '#app/_components/shell/theme-toggle.tsx'
import { SubmitButton } from '#app/_components/ui/submit-button.tsx'
import { SessionsPanel } from './_parts/sessions-panel.tsx'

export const runtime = 'edge'
export const metadata: Metadata = { title: 'Account' }

export default async function AccountPage() {
  const user = await requireUser('/account')
  return (
    <>
      <PageHeader title="Account" />
      <div className="flex max-w-3xl flex-col gap-6">
        <section aria-labelledby="profile" className="rounded-xl border border-line bg-surface p-5 sm:p-6">
          <h2 id="profile" className="text-lg font-semibold">
            Profile
          </h2>
          <dl className="mt-4 grid gap-x-8 gap-y-3 sm:grid-cols-[8rem_1fr]">
            {user.name ? <Entry term="Name" value={user.name} /> : null}
            <Entry term="E-mail" value={user.email} />
          </dl>
          <form method="post" action="/api/auth/signout" className="mt-6 sm:w-40">
            <SubmitButton tone="secondary">Sign out</SubmitButton>
          </form>
        </section>
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
      </div>
    </>
  )
}

function Entry({ term, value }: { term: string; value: string }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="font-medium [overflow-wrap:anywhere]">{value}</dd>
    </>
  )
}
