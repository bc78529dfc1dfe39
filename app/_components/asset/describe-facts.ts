import { formatClock } from '#app/_components/format/format-duration.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'

const CODEC_NAMES: Readonly<Record<string, string>> = {
  h264: 'H.264',
  avc: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp9: 'VP9',
  vp8: 'VP8',
  aac: 'AAC',
  opus: 'Opus',
}

export function codecName(codec: string): string {
  return CODEC_NAMES[codec.toLowerCase()] ?? codec.toUpperCase()
}

/** 29.97 stays, 25.000 becomes 25. */
export function frameRate(fps: number): string {
  return `${Number(fps.toFixed(2))} fps`
}

/** "480 × 270 · 0:08" */
export function shortFacts(facts: MediaFacts): string {
  return `${facts.width} × ${facts.height} · ${formatClock(facts.duration_s)}`
}
