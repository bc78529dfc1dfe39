'use client'

import { RadioGroup } from 'radix-ui'

/** A few exclusive choices side by side; arrow keys move between them. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: Value
  options: readonly { value: Value; label: string; disabled?: boolean }[]
  onChange: (value: Value) => void
}) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const option = options.find((o) => o.value === next)
        if (option) onChange(option.value)
      }}
      className="grid auto-cols-fr grid-flow-col gap-1 rounded-md bg-sunk p-1"
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled}
          className="h-9 rounded-sm px-2 text-sm font-semibold text-muted transition-colors hover:text-text disabled:opacity-40 data-[state=checked]:bg-surface data-[state=checked]:text-text data-[state=checked]:shadow-lift data-[state=checked]:ring-1 data-[state=checked]:ring-line-strong"
        >
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
