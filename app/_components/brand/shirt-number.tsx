/** A shirt with a number on its back: how steps are counted here. */
export function ShirtNumber({ number }: { number: number }) {
  return (
    <svg aria-hidden viewBox="0 0 64 60" className="h-14 w-auto">
      <path
        d="M20 3 3 12l5 17 9-3v31h30V26l9 3 5-17L44 3c-2 5-7 8-12 8S22 8 20 3z"
        fill="var(--ball)"
        stroke="var(--on-ball)"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <path d="M20 3c2 5 7 8 12 8s10-3 12-8" fill="none" stroke="var(--on-ball)" strokeWidth="2" />
      <text
        x="32"
        y="46"
        textAnchor="middle"
        fontSize="28"
        fontWeight="800"
        letterSpacing="-1"
        fill="var(--on-ball)"
        fontFamily="inherit"
      >
        {number}
      </text>
    </svg>
  )
}
