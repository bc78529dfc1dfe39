import { classNames } from '#app/_components/class-names.ts'

/** A ball whose middle panel is a play button, with the seams running to the edge. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={classNames('shrink-0', className)}>
      <circle cx="16" cy="16" r="15" fill="var(--ball)" />
      <path d="M12.2 9.6v12.8L23 16z" fill="var(--on-ball)" />
      <g stroke="var(--on-ball)" strokeWidth="2" strokeLinecap="round">
        <path d="M12.2 9.6 9 3.4" />
        <path d="M12.2 22.4 9 28.6" />
        <path d="M23 16h7" />
      </g>
    </svg>
  )
}

export function Logo({ className }: { className?: string }) {
  return (
    <span className={classNames('inline-flex items-center gap-2.5', className)}>
      <LogoMark className="size-7" />
      <span className="text-[1.05rem] font-bold tracking-[-0.035em]">ReelBallers</span>
    </span>
  )
}
