import { BlobSource, Input, type InputFormat, MATROSKA, MP4, MPEG_TS, QTFF, UrlSource, WEBM } from 'mediabunny'
import { touchDerived } from './derived-cache.ts'
import { readFrameTimes } from './frame-times.ts'
import { readLevels } from './levels.ts'
import type { FromMedia, MediaOrigin, OpenMedia, ToMedia } from './messages.ts'
import { PictureReader } from './picture-reader.ts'

/** Reads one video beside the page: frame times first, because edits rest on them, then what only pleases the eye. */
const scope = self as unknown as {
  postMessage(message: FromMedia, transfer?: Transferable[]): void
  onmessage: ((event: MessageEvent<ToMedia>) => void) | null
}

/** Single-file containers only: a manifest (HLS) would make the parser fetch addresses its author chose. */
const FORMATS = [MP4, QTFF, WEBM, MATROSKA, MPEG_TS]

/** Formats with tables of their frames. In others each frame is found by walking through the file, which for a stored one means fetching it. */
const LISTS_FRAMES: ReadonlySet<InputFormat> = new Set([MP4, QTFF])
const MAX_WALKED_BYTES = 200 * 1024 ** 2

const send = (message: FromMedia, transfer: Transferable[] = []) => scope.postMessage(message, transfer)
let pictures: PictureReader | null = null
/** Wanted before the file was open. */
let early: readonly number[] = []

scope.onmessage = ({ data }) => {
  if (data.type === 'open') void open(data)
  else if (pictures) pictures.want(data.timesS)
  else early = data.timesS
}

async function open({ origin, bytes, key, withSound }: OpenMedia): Promise<void> {
  const input = new Input({ source: sourceOf(origin), formats: FORMATS })
  void touchDerived(key, Date.now())
  try {
    const video = await input.getPrimaryVideoTrack()
    if (!video) throw new Error('there is no picture in it')
    const audio = await input.getPrimaryAudioTrack()
    const [width, height] = [await video.getDisplayWidth(), await video.getDisplayHeight()]
    const listed = LISTS_FRAMES.has(await input.getFormat())
    if (listed || 'file' in origin || bytes <= MAX_WALKED_BYTES) {
      const { times, endS, fps } = await readFrameTimes(video, key)
      send({ type: 'headers', headers: { width, height, fps, durationS: endS, hasSound: audio !== null } })
      send({ type: 'frames', times, endS })
    } else {
      const { averagePacketRate: fps } = await video.computePacketStats(100)
      const durationS = (await video.getDurationFromMetadata()) ?? 0
      send({ type: 'headers', headers: { width, height, fps, durationS, hasSound: audio !== null } })
    }
    pictures = new PictureReader(video, key, (timeS, image) => send({ type: 'picture', timeS, image }, [image]))
    pictures.want(early)
    pictures.onProblem = () => send({ type: 'problem', part: 'pictures' })
    if (audio && withSound)
      await readLevels(audio, key, (start, levels) => send({ type: 'levels', start, levels })).catch(() =>
        send({ type: 'problem', part: 'sound' }),
      )
  } catch {
    send({ type: 'problem', part: 'file' })
  }
}

function sourceOf(origin: MediaOrigin): BlobSource | UrlSource {
  return 'file' in origin ? new BlobSource(origin.file) : new UrlSource(origin.url)
}
