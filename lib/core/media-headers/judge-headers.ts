import type { ErrorBody } from '#lib/contracts/errors.ts'
import { MediaFacts } from '#lib/contracts/media.ts'

/** A container's headers as its reader found them. Times are seconds from presentation timestamps. */
export interface ContainerHeaders {
  /** `mp4`, `mov`, `mkv`, `webm`, `ts`, `mp3` … */
  container: string
  bytes: number
  video: VideoHeaders | null
  audio: AudioHeaders | null
}

export interface VideoHeaders {
  /** The reader's name of a codec it knows; null for others. */
  codec: string | null
  /** What the file itself calls it, e.g. `mp4v`. */
  codecId: string
  /** Displayed size: rotation and pixel aspect ratio applied. */
  widthPx: number
  heightPx: number
  rotation: 0 | 90 | 180 | 270
  startS: number
  endS: number
  packets: number
  packetsPerSecond: number
  /** Whether the bytes of the last packet are in the file. */
  complete: boolean
}

export interface AudioHeaders {
  codec: string | null
  startS: number
  endS: number
}

export type HeaderVerdict = { facts: MediaFacts; problem: null } | { facts: null; problem: ErrorBody }

/** Our names for codecs that readers name otherwise. */
const CODEC_NAMES: Readonly<Record<string, string>> = { avc: 'h264' }

/** Codecs we cannot process yet, by the name their containers use, as people know them. */
const FAMILIAR: Readonly<Record<string, string>> = {
  mp4v: 'MPEG-4 Part 2 (DivX, Xvid)',
  jpeg: 'Motion JPEG',
  mjpa: 'Motion JPEG',
  mp2v: 'MPEG-2',
  m2v1: 'MPEG-2',
  V_MPEG2: 'MPEG-2',
  AVdh: 'DNxHR',
  AVdn: 'DNxHD',
  CFHD: 'CineForm',
  V_THEORA: 'Theora',
}

const CONVERT = 'Convert it to MP4 (H.264 or H.265) and upload that.'

/** Decides what a file is from its headers: facts to price it by, or why it cannot be used, in words for its owner. */
export function judgeHeaders({ container, bytes, video, audio }: ContainerHeaders): HeaderVerdict {
  if (!video)
    return audio ? problem('no_video', 'This file has sound but no picture. Upload a video.') : empty(container)
  if (video.codec === null) {
    const name = FAMILIAR[video.codecId] ?? (video.codecId ? `"${video.codecId}"` : 'of an unknown kind')
    return problem('unsupported_media', `The picture in this file is ${name}, which we cannot process yet. ${CONVERT}`)
  }
  const durationS = presentedS(video)
  if (video.packets < 1 || durationS <= 0 || video.widthPx < 1 || video.heightPx < 1) {
    return problem('corrupt_media', 'This file has a video track without pictures. It is damaged or empty.')
  }
  if (!video.complete) {
    return problem(
      'corrupt_media',
      'This file ends before its video does: it was cut off while it was recorded or copied. Copy it again from the camera and upload that.',
    )
  }
  const facts = MediaFacts.safeParse({
    container,
    video_codec: CODEC_NAMES[video.codec] ?? video.codec,
    width: Math.round(video.widthPx),
    height: Math.round(video.heightPx),
    rotation: video.rotation,
    duration_s: durationS,
    frames: video.packets,
    fps: video.packetsPerSecond > 0 ? video.packetsPerSecond : video.packets / durationS,
    audio_codec: audio?.codec ?? null,
    audio_duration_s: audio ? presentedS(audio) : null,
    bytes,
  })
  if (!facts.success) return problem('corrupt_media', 'The headers of this file contradict themselves. It is damaged.')
  return { facts: facts.data, problem: null }
}

/** Tracks that start before zero hide what lies there (edit lists, encoder priming). */
function presentedS({ startS, endS }: { startS: number; endS: number }): number {
  return Math.max(0, endS - Math.max(0, startS))
}

function empty(container: string): HeaderVerdict {
  // Transport streams name their codecs by number; a reader skips those it does not know.
  if (container === 'ts') {
    return problem('unsupported_media', `We cannot process the kind of video in this transport stream yet. ${CONVERT}`)
  }
  return problem(
    'corrupt_media',
    'This file has no index of its pictures: the recording or the copy was cut off. Copy it again from the camera and upload that.',
  )
}

function problem(code: ErrorBody['code'], message: string): HeaderVerdict {
  return { facts: null, problem: { code, message } }
}

/** The verdict on bytes no reader understands. `known` is what they look like. */
export function judgeUnreadable(known: { name: string; video: boolean } | null): HeaderVerdict {
  if (known?.video)
    return problem('unsupported_media', `This is ${known.name}, which we cannot process yet. ${CONVERT}`)
  if (known) return problem('unsupported_media', `This is ${known.name}, not a video.`)
  return problem('unsupported_media', 'This does not look like a video file. MP4, MOV, MKV, WebM and TS files work.')
}

/** The verdict on headers that go on for longer than any real file's. */
export function judgeTooComplex(): HeaderVerdict {
  return problem('unsupported_media', `The headers of this file are too large to read. ${CONVERT}`)
}

/** The verdict on headers that list more than the file can hold. */
export function judgeImpossible(): HeaderVerdict {
  return problem('corrupt_media', 'This file is damaged: its headers promise more pictures than it has room for.')
}

/** The verdict on a container that its reader gave up on midway. */
export function judgeBroken(): HeaderVerdict {
  return problem('corrupt_media', 'This file is damaged: its headers cannot be read to their end.')
}
