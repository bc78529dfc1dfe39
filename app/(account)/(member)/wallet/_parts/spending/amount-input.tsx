'use client'

import { Field, TextInput } from '#app/_components/ui/field.tsx'
import { parseCents } from '#app/(account)/(member)/wallet/_parts/parse-dollars.ts'

const MICROS_PER_HUNDREDTH_CREDIT = 100

/** "500" or "500.5" credits as micros; null for anything else. */
export function parseCredits(text: string): number | null {
  const hundredths = parseCents(text)
  return hundredths === null ? null : hundredths * MICROS_PER_HUNDREDTH_CREDIT
}

export function AmountInput({
  id,
  label,
  unit,
  hint,
  value,
  invalid,
  onChange,
}: {
  id: string
  label: string
  unit: 'credits' | '$'
  hint: string
  value: string
  invalid: boolean
  onChange: (value: string) => void
}) {
  return (
    <Field label={label} htmlFor={id} aside={unit === '$' ? 'US dollars' : 'credits'} hint={hint}>
      <TextInput
        id={id}
        inputMode="decimal"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={invalid || undefined}
      />
    </Field>
  )
}
