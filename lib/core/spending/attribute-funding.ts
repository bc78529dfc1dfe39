export interface FundingSource {
  topUpId: string
  /** What came in and was not sent back. */
  micros: number
}

export interface FundingPart {
  topUpId: string
  partMicros: number
}

/**
 * Which top-ups a capture was paid from, first in, first out: credit has no colour, so the oldest counts as spent first, which is how
 * accountants value stock (IAS 2). `usedBeforeMicros` is what earlier captures took. What no top-up covers (credit that was given back, corrections)
 * is `otherMicros`; parts and other add up to the capture.
 */
export function attributeFunding(input: {
  oldestFirst: readonly FundingSource[]
  usedBeforeMicros: number
  captureMicros: number
}): { parts: FundingPart[]; otherMicros: number } {
  let skip = Math.max(0, input.usedBeforeMicros)
  let open = input.captureMicros
  const parts: FundingPart[] = []
  for (const { topUpId, micros } of input.oldestFirst) {
    const left = Math.max(0, micros - skip)
    skip = Math.max(0, skip - micros)
    const partMicros = Math.min(left, open)
    if (partMicros === 0) continue
    parts.push({ topUpId, partMicros })
    open -= partMicros
  }
  return { parts, otherMicros: open }
}
