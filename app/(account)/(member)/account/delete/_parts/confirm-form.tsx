'use client'

import { type FormEvent, useId, useState } from 'react'
import { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'
import { Credits } from '#app/_components/format/credits.tsx'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import type { ConfirmDeletion, DeletionPreview } from '#lib/contracts/api/account.ts'
import { AppError } from '#lib/contracts/errors.ts'

const DELETED_PATH = '/account-deleted'

/** The last step: give up what credit is left, type the address, press. */
export function ConfirmForm({
  email,
  preview,
  onOutdated,
}: {
  email: string
  preview: DeletionPreview
  onOutdated: () => void
}) {
  const id = useId()
  const creditMicros = preview.available_micros + preview.promo_micros + preview.held_micros
  // Agreed to an amount: when it changes, it is asked for again.
  const [agreedMicros, setAgreedMicros] = useState<number | null>(null)
  const [typed, setTyped] = useState('')
  const { busy, error, run } = useDeletion(onOutdated)
  const agrees = creditMicros === 0 || agreedMicros === creditMicros
  const matches = typed.trim().toLowerCase() === email
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (agrees && matches) void run({ email: typed, forfeit_micros: creditMicros })
  }
  return (
    <form
      onSubmit={submit}
      aria-labelledby={`${id}-title`}
      className="flex flex-col gap-5 rounded-xl border border-card/60 bg-surface p-5 sm:p-6"
    >
      <h2 id={`${id}-title`} className="text-lg font-semibold">
        Delete it for good
      </h2>
      {creditMicros > 0 ? (
        <CreditLeft
          preview={preview}
          creditMicros={creditMicros}
          agrees={agrees}
          onAgree={(yes) => setAgreedMicros(yes ? creditMicros : null)}
        />
      ) : null}
      <Field
        label="Type your address to confirm"
        htmlFor={`${id}-email`}
        hint={<span className="[overflow-wrap:anywhere]">{email}</span>}
      >
        <TextInput
          id={`${id}-email`}
          type="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      {error ? <ErrorNotice error={error} /> : null}
      <Button type="submit" tone="danger" busy={busy} disabled={!agrees || !matches} className="sm:self-start">
        Delete my account
      </Button>
    </form>
  )
}

function CreditLeft({
  preview,
  creditMicros,
  agrees,
  onAgree,
}: {
  preview: DeletionPreview
  creditMicros: number
  agrees: boolean
  onAgree: (yes: boolean) => void
}) {
  const id = useId()
  return (
    <div className="flex flex-col gap-4">
      <Notice
        tone="warning"
        title="There is credit left"
        action={
          preview.available_micros > 0 ? (
            <ButtonLink size="sm" href="/wallet">
              Have it paid back first
            </ButtonLink>
          ) : null
        }
      >
        <p>
          <Credits micros={creditMicros} rounding="down" /> in all.
        </p>
        {preview.promo_micros > 0 ? (
          <p>
            <Credits micros={preview.promo_micros} rounding="down" /> of them were a present and cannot be paid back.
          </p>
        ) : null}
        {preview.held_micros > 0 ? (
          <p>
            <Credits micros={preview.held_micros} rounding="down" /> of them are set aside for jobs; cancel those to
            have them back.
          </p>
        ) : null}
      </Notice>
      <div className="flex items-start gap-3">
        <input
          id={id}
          type="checkbox"
          checked={agrees}
          onChange={(event) => onAgree(event.target.checked)}
          className="mt-0.5 size-5 shrink-0 accent-card"
        />
        <label htmlFor={id}>
          I give up <Credits micros={creditMicros} rounding="down" />. They will not be paid back.
        </label>
      </div>
    </div>
  )
}

/** Deletes once; when the money changed meanwhile, the preview is read anew. */
function useDeletion(onOutdated: () => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async (input: ConfirmDeletion) => {
    setBusy(true)
    setError(null)
    try {
      await callApi('POST', '/api/account/deletion', z.unknown(), input)
      // The whole page anew: nothing of the account may stay in memory.
      window.location.assign(DELETED_PATH)
    } catch (problem) {
      setBusy(false)
      setError(problem)
      if (problem instanceof AppError && problem.status < 500) onOutdated()
    }
  }
  return { busy, error, run }
}
