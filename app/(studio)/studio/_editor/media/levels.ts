import { AudioSampleSink, type InputAudioTrack } from 'mediabunny'
import { keepDerived, readDerived } from './derived-cache.ts'
import { LEVELS_PER_SECOND } from './messages.ts'

/** Levels a message carries: two seconds, so that the wave grows before the eyes. */
const CHUNK = 2 * LEVELS_PER_SECOND

type SendLevels = (start: number, levels: Uint8Array<ArrayBuffer>) => void

/** Decodes the whole sound and sends how loud it is, from the start on. Throws when this browser cannot decode it. */
export async function readLevels(track: InputAudioTrack, key: string, send: SendLevels): Promise<void> {
  const kept = await readDerived(key, 'levels')
  if (kept instanceof Uint8Array) {
    send(0, new Uint8Array(kept))
    return
  }
  if (!(await track.canDecode())) throw new Error('this browser cannot decode the sound')
  const levels = new LevelMeter(send)
  for await (const sample of new AudioSampleSink(track).samples()) {
    try {
      levels.add(sample.timestamp, sample.sampleRate, peaksOf(sample))
    } finally {
      sample.close()
    }
  }
  await keepDerived(key, 'levels', levels.finish())
}

/** The first channel, as floats: good enough to see where somebody cheers. */
function peaksOf(sample: {
  readonly numberOfFrames: number
  copyTo(destination: Float32Array, options: { planeIndex: number; format: 'f32-planar' }): void
}): Float32Array {
  const values = new Float32Array(sample.numberOfFrames)
  sample.copyTo(values, { planeIndex: 0, format: 'f32-planar' })
  return values
}

/** Peaks of equal spans of time. */
class LevelMeter {
  readonly #send: SendLevels
  #levels = new Uint8Array(60 * LEVELS_PER_SECOND)
  #length = 0
  #sent = 0

  constructor(send: SendLevels) {
    this.#send = send
  }

  add(timeS: number, sampleRate: number, values: Float32Array): void {
    for (const [index, value] of values.entries()) {
      const slot = Math.floor((timeS + index / sampleRate) * LEVELS_PER_SECOND)
      if (slot < 0) continue
      this.#reserve(slot + 1)
      // The square root shows quiet sound, too.
      const level = Math.round(255 * Math.sqrt(Math.min(1, Math.abs(value))))
      if (level > (this.#levels[slot] ?? 0)) this.#levels[slot] = level
    }
    // The last span may still grow.
    while (this.#length - 1 - this.#sent >= CHUNK) this.#flush(CHUNK)
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.#flush(this.#length - this.#sent)
    return this.#levels.slice(0, this.#length)
  }

  #flush(count: number): void {
    if (count <= 0) return
    this.#send(this.#sent, this.#levels.slice(this.#sent, this.#sent + count))
    this.#sent += count
  }

  #reserve(length: number): void {
    this.#length = Math.max(this.#length, length)
    if (this.#levels.length >= length) return
    const larger = new Uint8Array(2 * length)
    larger.set(this.#levels)
    this.#levels = larger
  }
}
