import type { MediaFacts } from '#lib/contracts/media.ts'

/** What today's browsers all play (https://developer.mozilla.org/docs/Web/Media/Guides/Formats): container, picture and sound. */
const CONTAINERS = new Set(['mp4', 'mov', 'webm'])
const VIDEO_CODECS = new Set(['h264', 'vp8', 'vp9', 'av1'])
const AUDIO_CODECS = new Set(['aac', 'mp3', 'opus', 'vorbis', 'flac'])

/** Whether a browser can show this file as it is; if not (iPhone's HEVC, MKV, PCM sound …) it needs a proxy. */
export function playsEverywhere({
  container,
  video_codec,
  audio_codec,
}: Pick<MediaFacts, 'container' | 'video_codec' | 'audio_codec'>): boolean {
  return (
    CONTAINERS.has(container) &&
    VIDEO_CODECS.has(video_codec) &&
    (audio_codec === null || AUDIO_CODECS.has(audio_codec))
  )
}
