import { timescale } from '#gpu/media/encode-args.ts'
import type { Rational } from '#gpu/media/probe.ts'
import type { Chapter } from '#lib/core/render/time-map.ts'

/**
 * Chapters in ffmpeg's metadata format (https://ffmpeg.org/ffmpeg-formats.html#Metadata-1). Whatever a label holds, it stays a title: what
 * means something to the format is escaped, control characters are dropped.
 */
export function chapterFile(chapters: readonly Chapter[], timeBase: Rational): string {
  // The same clock as the video's, in whole ticks a second.
  const scale = timescale(timeBase)
  const step = BigInt(Math.round((scale * timeBase.num) / timeBase.den))
  const blocks = chapters.map(({ title, startTick, endTick }) =>
    [
      '[CHAPTER]',
      `TIMEBASE=1/${scale}`,
      `START=${startTick * step}`,
      `END=${endTick * step}`,
      `title=${escapeTitle(title)}`,
    ].join('\n'),
  )
  return `${[';FFMETADATA1', ...blocks].join('\n')}\n`
}

function escapeTitle(title: string): string {
  return title
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .replace(/[\\=;#]/g, '\\$&')
}
