'use client'

import { useEffect, useId, useRef, useState } from 'react'
import { TextInput } from '#app/_components/ui/field.tsx'

/** A number that is typed, or stepped with the arrow keys (Shift: ten steps). Text that is no number is put back. */
export function NumberField({
  label,
  value,
  step = 1,
  digits = 0,
  unit,
  onChange,
}: {
  label: string
  value: number
  step?: number
  digits?: number
  unit?: string
  onChange: (value: number) => void
}) {
  const id = useId()
  const shown = String(Number(value.toFixed(digits)))
  const [text, setText] = useState(shown)
  const typing = useRef(false)
  useEffect(() => {
    if (!typing.current) setText(shown)
  }, [shown])
  const commit = () => {
    typing.current = false
    const typed = Number(text.trim().replace(',', '.'))
    if (text.trim() !== '' && Number.isFinite(typed) && text !== shown) onChange(typed)
    setText(shown)
  }
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-xs font-semibold">
        {label}
        {unit ? <span className="ml-1 font-normal text-muted">{unit}</span> : null}
      </label>
      <TextInput
        id={id}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          typing.current = true
          setText(event.target.value)
        }}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
          if (direction === 0) return
          event.preventDefault()
          typing.current = false
          onChange(value + direction * step * (event.shiftKey ? 10 : 1))
        }}
        className="tabular px-2 text-sm"
      />
    </div>
  )
}
