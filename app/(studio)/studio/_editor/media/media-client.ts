import { createStore, type Store } from '#app/(studio)/studio/_editor/session/store.ts'
import { assertNever } from '#lib/core/assert-never.ts'
import { type FromMedia, LEVELS_PER_SECOND, type MediaHeaders, type OpenMedia, type ToMedia } from './messages.ts'

export interface MediaState {
  readonly headers: MediaHeaders | null
  readonly frames: { readonly times: Float64Array; readonly endS: number } | null
  /** Rises whenever a picture or a piece of sound came. */
  readonly arrivals: number
  /** What this browser cannot read; the rest of the studio works all the same. */
  readonly problems: readonly ('file' | 'pictures' | 'sound')[]
}

/** Bitmaps in memory at once: 170 × 96 pixels are 65 KB. */
const MAX_PICTURES = 400

/** The page's side of the media worker. Close it when the studio is left: the worker ends with whatever it was doing. */
export class MediaClient {
  readonly store: Store<MediaState>
  /** By time in seconds, least lately used first. */
  readonly #pictures = new Map<number, ImageBitmap>()
  readonly #worker: Worker
  #levels = new Uint8Array(0)
  #levelCount = 0
  #wanted = ''

  constructor(open: Omit<OpenMedia, 'type'>) {
    this.store = createStore<MediaState>({ headers: null, frames: null, arrivals: 0, problems: [] })
    this.#worker = new Worker(new URL('./media-worker.ts', import.meta.url), { type: 'module', name: 'media' })
    this.#worker.onmessage = ({ data }: MessageEvent<FromMedia>) => this.#take(data)
    this.#worker.onerror = () => this.#problem('file')
    this.#send({ ...open, type: 'open' })
  }

  picture(timeS: number): ImageBitmap | undefined {
    const image = this.#pictures.get(timeS)
    if (image) {
      this.#pictures.delete(timeS)
      this.#pictures.set(timeS, image)
    }
    return image
  }

  /** The loudest moment in a span of time, 0–1; undefined where the sound is not read yet. */
  level(startS: number, endS: number): number | undefined {
    const from = Math.max(0, Math.floor(startS * LEVELS_PER_SECOND))
    if (from >= this.#levelCount) return undefined
    const to = Math.min(this.#levelCount, Math.max(from + 1, Math.ceil(endS * LEVELS_PER_SECOND)))
    let loudest = 0
    for (let slot = from; slot < to; slot += 1) loudest = Math.max(loudest, this.#levels[slot] ?? 0)
    return loudest / 255
  }

  /** Asks for the pictures of what is seen, in this order; asking again forgets what is not wanted any more. */
  want(timesS: readonly number[]): void {
    const missing = timesS.filter((timeS) => !this.#pictures.has(timeS))
    const wanted = missing.join()
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    this.#send({ type: 'want', timesS: missing })
  }

  close(): void {
    this.#worker.terminate()
    for (const image of this.#pictures.values()) image.close()
    this.#pictures.clear()
  }

  #send(message: ToMedia): void {
    this.#worker.postMessage(message)
  }

  #take(message: FromMedia): void {
    switch (message.type) {
      case 'headers':
        this.store.set({ headers: message.headers })
        break
      case 'frames':
        this.store.set({ frames: { times: message.times, endS: message.endS } })
        break
      case 'picture':
        this.#keep(message.timeS, message.image)
        this.#arrived()
        break
      case 'levels':
        this.#addLevels(message.start, message.levels)
        this.#arrived()
        break
      case 'problem':
        this.#problem(message.part)
        break
      default:
        assertNever(message)
    }
  }

  #arrived(): void {
    this.store.set({ arrivals: this.store.get().arrivals + 1 })
  }

  #problem(part: MediaState['problems'][number]): void {
    this.store.set({ problems: [...new Set([...this.store.get().problems, part])] })
  }

  #keep(timeS: number, image: ImageBitmap): void {
    this.#pictures.set(timeS, image)
    for (const [oldest, bitmap] of this.#pictures) {
      if (this.#pictures.size <= MAX_PICTURES) break
      bitmap.close()
      this.#pictures.delete(oldest)
    }
  }

  #addLevels(start: number, levels: Uint8Array): void {
    const length = start + levels.length
    if (this.#levels.length < length) {
      const larger = new Uint8Array(2 * length)
      larger.set(this.#levels)
      this.#levels = larger
    }
    this.#levels.set(levels, start)
    this.#levelCount = Math.max(this.#levelCount, length)
  }
}
