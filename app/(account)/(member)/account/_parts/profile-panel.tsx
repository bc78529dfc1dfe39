'use client'

import { type FormEvent, useId, useState } from 'react'
import { callApi } from '#app/_components/api-client.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { SubmitButton } from '#app/_components/ui/submit-button.tsx'
import { MeView } from '#lib/contracts/api/account.ts'

const MOST_CHARACTERS = 80

export function ProfilePanel({ user }: { user: MeView }) {
  const id = useId()
  const [saved, setSaved] = useState(user.name ?? '')
  const [name, setName] = useState(saved)
  const [state, setState] = useState<'idle' | 'saving' | 'saved'>('idle')
  const [error, setError] = useState<unknown>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setState('saving')
    setError(null)
    try {
      const me = await callApi('PATCH', '/api/me', MeView, { name })
      setSaved(me.name ?? '')
      setName(me.name ?? '')
      setState('saved')
    } catch (problem) {
      setError(problem)
      setState('idle')
    }
  }
  return (
    <section aria-labelledby="profile" className="rounded-xl border border-line bg-surface p-5 sm:p-6">
      <h2 id="profile" className="text-lg font-semibold">
        Profile
      </h2>
      <p className="mt-1 text-sm text-muted">
        Signed in as <strong className="font-semibold [overflow-wrap:anywhere] text-text">{user.email}</strong>
      </p>
      <form onSubmit={(event) => void submit(event)} className="mt-5 flex flex-col gap-4">
        <Field label="Name" htmlFor={`${id}-name`} hint="Only you see it.">
          <div className="flex flex-wrap gap-2 sm:flex-nowrap">
            <TextInput
              id={`${id}-name`}
              value={name}
              maxLength={MOST_CHARACTERS}
              autoComplete="name"
              onChange={(event) => {
                setName(event.target.value)
                setState('idle')
              }}
            />
            <Button
              type="submit"
              busy={state === 'saving'}
              disabled={name.trim() === saved}
              className="w-full sm:w-auto"
            >
              {state === 'saved' ? 'Saved' : 'Save name'}
            </Button>
          </div>
        </Field>
        {error ? <ErrorNotice error={error} /> : null}
        <LiveRegion>{state === 'saved' ? 'Your name is saved.' : ''}</LiveRegion>
      </form>
      <form method="post" action="/api/auth/signout" className="mt-5 border-t border-line pt-5">
        <div className="sm:w-40">
          <SubmitButton tone="secondary">Sign out</SubmitButton>
        </div>
      </form>
    </section>
  )
}
