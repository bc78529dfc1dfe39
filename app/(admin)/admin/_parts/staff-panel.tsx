'use client'

import { type FormEvent, useId, useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { type Role, StaffList } from '#lib/contracts/api/account.ts'

const STAFF_PATH = '/api/admin/staff'
const ROLE_NAMES = { admin: 'Admin', admin_readonly: 'Admin, read only', user: 'No role' } as const satisfies Record<
  Role,
  string
>
const OPTIONS = (['admin_readonly', 'admin', 'user'] as const).map((value) => ({ value, label: ROLE_NAMES[value] }))

/** Who may see more than their own. Whoever may act gives and takes roles by address. */
export function StaffPanel({ canAct }: { canAct: boolean }) {
  const { data, error, mutate } = useApi(STAFF_PATH, StaffList)
  return (
    <section aria-labelledby="staff" className="rounded-xl border border-line bg-surface">
      <h2 id="staff" className="px-5 pt-4 pb-2 text-lg font-semibold">
        Who may look after this
      </h2>
      {error && !data ? (
        <div className="p-5">
          <ErrorNotice error={error} onRetry={() => void mutate()} />
        </div>
      ) : null}
      {!data && !error ? (
        <Loading label="Loading staff">
          <Skeleton className="mx-5 mb-5 h-12" />
        </Loading>
      ) : null}
      <ul aria-label="Staff">
        {data?.map((member) => (
          <li key={member.id} className="flex items-center justify-between gap-4 border-t border-line px-5 py-3">
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {member.name ? <span className="block font-medium">{member.name}</span> : null}
              <span className={member.name ? 'text-sm text-muted' : 'font-medium'}>{member.email}</span>
            </span>
            <Badge tone={member.role === 'admin' ? 'ball' : 'neutral'}>{ROLE_NAMES[member.role]}</Badge>
          </li>
        ))}
      </ul>
      {canAct ? <RoleForm onSet={(staff) => void mutate(staff, { revalidate: false })} /> : null}
    </section>
  )
}

function RoleForm({ onSet }: { onSet: (staff: StaffList) => void }) {
  const id = useId()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('admin_readonly')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [said, setSaid] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      onSet(await callApi('POST', STAFF_PATH, StaffList, { email, role }))
      setSaid(`${email}: ${ROLE_NAMES[role]}.`)
      setEmail('')
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 border-t border-line p-5">
      <p className="text-sm text-muted">
        They must have signed in once. A change is written down and signs them out everywhere.
      </p>
      <div className="grid items-end gap-4 sm:grid-cols-[1fr_14rem_auto]">
        <Field label="E-mail address" htmlFor={`${id}-email`}>
          <TextInput
            id={`${id}-email`}
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field label="Role" htmlFor={`${id}-role`}>
          <Select id={`${id}-role`} value={role} options={OPTIONS} onChange={setRole} />
        </Field>
        <Button type="submit" busy={busy}>
          Set role
        </Button>
      </div>
      {error ? <ErrorNotice error={error} /> : null}
      <LiveRegion>{said}</LiveRegion>
    </form>
  )
}
