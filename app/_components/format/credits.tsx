import { formatCredits, type Rounding } from '#lib/core/money.ts'

/** An amount in credits: `down` for what is there, `up` for what it will cost. `signed` marks a change (+ or −). */
export function Credits({
  micros,
  unit = true,
  signed = false,
  rounding = 'nearest',
}: {
  micros: number
  unit?: boolean
  signed?: boolean
  rounding?: Rounding
}) {
  const plus = signed && micros > 0 ? '+' : ''
  return (
    <span className="tabular whitespace-nowrap">
      {plus}
      {formatCredits(micros, rounding)}
      {unit ? ' credits' : ''}
    </span>
  )
}
