'use client'

import { type FormEvent, useId, useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { AmountInput, parseCredits } from './amount-input.tsx'
import { useSave } from './use-save.ts'

/** Asks for one amount of credits, or for none. */
export function CreditsDialog({
  title,
  description,
  label,
  hint,
  current,
  proposed,
  leastMicros,
  offLabel,
  onClose,
  onSave,
}: {
  title: string
  description: string
  label: string
  hint: string
  current: number | null
  proposed: string
  leastMicros: number
  offLabel: string
  onClose: () => void
  onSave: (micros: number | null) => Promise<void>
}) {
  const id = useId()
  const [text, setText] = useState(current === null ? proposed : `${current / 10_000}`)
  const { busy, error, save } = useSave(onClose)
  const micros = parseCredits(text)
  const valid = micros !== null && micros >= leastMicros
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (valid) void save(() => onSave(micros))
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      description={description}
      actions={
        <>
          {current === null ? (
            <Button onClick={onClose}>Not now</Button>
          ) : (
            <Button busy={busy} onClick={() => void save(() => onSave(null))}>
              {offLabel}
            </Button>
          )}
          <Button tone="primary" type="submit" form={id} busy={busy} disabled={!valid}>
            Save
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={onSubmit} className="flex flex-col gap-4">
        <AmountInput
          id={`${id}-amount`}
          label={label}
          unit="credits"
          hint={hint}
          value={text}
          invalid={!valid}
          onChange={setText}
        />
        {error ? <ErrorNotice error={error} /> : null}
      </form>
    </Dialog>
  )
}
