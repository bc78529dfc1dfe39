import { classNames } from '#app/_components/class-names.ts'

/** Progress down the pitch: mown bands, and a ball at the front. `percent` null means "moving, length unknown". */
export function PitchProgress({
  percent,
  label,
  size = 'md',
  still = false,
}: {
  percent: number | null
  label: string
  size?: 'sm' | 'md'
  /** Paused or finished: no glow at the head. */
  still?: boolean
}) {
  const value = percent === null ? null : Math.min(100, Math.max(0, percent))
  const height = size === 'sm' ? 'h-1.5' : 'h-3'
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value === null ? undefined : Math.round(value)}
      className={classNames('mown relative w-full rounded-full bg-sunk', height)}
    >
      <div
        className={classNames(
          'absolute inset-y-0 left-0 min-w-3 rounded-full transition-[width] duration-700 ease-out',
          still ? 'bg-control' : 'bg-ball',
          value === null && 'w-1/3 animate-pulse-dot',
        )}
        style={value === null ? undefined : { width: `${value}%` }}
      >
        {size === 'md' && !still ? (
          <span
            aria-hidden
            className="absolute top-1/2 -right-1 size-5 -translate-y-1/2 rounded-full border-[3px] border-surface bg-ball"
          />
        ) : null}
      </div>
    </div>
  )
}
