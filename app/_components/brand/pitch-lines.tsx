/** Half a pitch as chalk lines, true to Law 1 (metres × 10). An ornament behind headlines. */
export function PitchLines({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 525 680" fill="none" stroke="currentColor" strokeWidth="1.6" className={className}>
      <path d="M0 1h524v678H0z" />
      <path d="M524 138.4H359v403.2h165M524 248.4h-55v183.2h55" />
      <path d="M0 248.5a91.5 91.5 0 0 1 0 183" />
      <path d="M359 266.8a91.5 91.5 0 0 0 0 146.4" />
      <path d="M514 1a10 10 0 0 0 10 10M514 679a10 10 0 0 1 10-10" />
      <circle cx="415" cy="340" r="3" fill="currentColor" />
      <circle cx="0" cy="340" r="3" fill="currentColor" />
    </svg>
  )
}
