import { CanvasSink, EncodedPacketSink, type InputVideoTrack } from 'mediabunny'
import { keepDerived, readDerived } from './derived-cache.ts'
import { PICTURE_HEIGHT } from './messages.ts'

const JPEG = { type: 'image/jpeg', quality: 0.72 } as const

/** Small pictures of a video, one at a time, always of what is wanted now. */
export class PictureReader {
  onProblem: () => void = () => {}
  readonly #track: InputVideoTrack
  readonly #key: string
  readonly #send: (timeS: number, image: ImageBitmap) => void
  readonly #done = new Set<number>()
  #sink: CanvasSink | null = null
  #queue: number[] = []
  #running = false

  constructor(track: InputVideoTrack, key: string, send: (timeS: number, image: ImageBitmap) => void) {
    this.#track = track
    this.#key = key
    this.#send = send
  }

  want(timesS: readonly number[]): void {
    this.#queue = timesS.filter((timeS) => !this.#done.has(timeS))
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    try {
      for (let timeS = this.#queue.shift(); timeS !== undefined; timeS = this.#queue.shift()) {
        const image = await this.#picture(timeS)
        this.#done.add(timeS)
        if (image) this.#send(timeS, image)
      }
    } catch {
      this.#queue = []
      this.onProblem()
    } finally {
      this.#running = false
    }
  }

  async #picture(timeS: number): Promise<ImageBitmap | null> {
    const what = `picture:${timeS}`
    const kept = await readDerived(this.#key, what)
    if (kept instanceof Blob) return await createImageBitmap(kept)
    const canvas = await this.#decode(timeS)
    if (!(canvas instanceof OffscreenCanvas)) return null
    const image = await createImageBitmap(canvas)
    const blob = await canvas.convertToBlob(JPEG)
    void keepDerived(this.#key, what, blob)
    return image
  }

  /** The sync frame before a time: one picture to fetch and decode instead of all since then, and close enough at this size. */
  async #decode(timeS: number): Promise<HTMLCanvasElement | OffscreenCanvas | null> {
    if (!this.#sink) {
      if (!(await this.#track.canDecode())) throw new Error('this browser cannot decode the picture')
      this.#sink = new CanvasSink(this.#track, { height: PICTURE_HEIGHT, poolSize: 1 })
    }
    const packet = await new EncodedPacketSink(this.#track).getKeyPacket(timeS, { metadataOnly: true })
    const near = packet && timeS - packet.timestamp < 4 ? packet.timestamp : timeS
    return (await this.#sink.getCanvas(Math.max(0, near)))?.canvas ?? null
  }
}
