'use client'

import { Slider as Radix } from 'radix-ui'

/** A value on a line. `inWords` turns the number into words for screen readers. */
export function Slider({
  label,
  value,
  min,
  max,
  step,
  inWords,
  onChange,
}: {
  label: string
  value: number
  min: number
  max: number
  step: number
  inWords?: (value: number) => string
  onChange: (value: number) => void
}) {
  return (
    <Radix.Root
      value={[value]}
      min={min}
      max={max}
      step={step}
      onValueChange={([next]) => {
        if (next !== undefined) onChange(next)
      }}
      className="relative flex h-9 w-full touch-none items-center select-none"
    >
      <Radix.Track className="relative h-1.5 w-full grow rounded-full bg-line-strong">
        <Radix.Range className="absolute h-full rounded-full bg-ball" />
      </Radix.Track>
      <Radix.Thumb
        aria-label={label}
        aria-valuetext={inWords?.(value)}
        className="block size-5 rounded-full border-2 border-on-ball bg-ball shadow-lift focus-visible:rounded-full"
      />
    </Radix.Root>
  )
}
