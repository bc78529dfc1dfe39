import { ChevronDown } from 'lucide-react'

export interface SelectOption<Value extends string> {
  value: Value
  label: string
}

/** The platform's own list: the best one on phones, and fully accessible everywhere. */
export function Select<Value extends string>({
  id,
  value,
  options,
  onChange,
}: {
  id: string
  value: Value
  options: readonly SelectOption<Value>[]
  onChange: (value: Value) => void
}) {
  return (
    <span className="relative block">
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const option = options.find((o) => o.value === event.target.value)
          if (option) onChange(option.value)
        }}
        className="h-11 w-full cursor-pointer appearance-none rounded-md border border-control bg-surface pr-10 pl-3 text-base font-medium text-text hover:border-text"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-muted"
      />
    </span>
  )
}
