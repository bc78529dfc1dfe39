/** Samples per second the sound is reduced to before its peaks are taken: what a timeline can show of it. */
export const WAVEFORM_RATE = 8000
export const BUCKETS_PER_SECOND = 50
const SAMPLES = WAVEFORM_RATE / BUCKETS_PER_SECOND

/** Takes mono signed 16-bit little-endian samples in pieces of any length; gives the lowest and highest of each bucket as signed bytes. */
export class Waveform {
  #peaks = new Int8Array(1 << 14)
  #buckets = 0
  #low = 0
  #high = 0
  #count = 0
  /** The first half of a sample whose second half is in the next piece. */
  #half: number | undefined

  push(bytes: Uint8Array): void {
    let at = 0
    if (this.#half !== undefined && bytes.length > 0) {
      this.#sample(this.#half, bytes[0] ?? 0)
      this.#half = undefined
      at = 1
    }
    for (; at + 1 < bytes.length; at += 2) this.#sample(bytes[at] as number, bytes[at + 1] as number)
    if (at < bytes.length) this.#half = bytes[at]
  }

  #sample(lowByte: number, highByte: number): void {
    const value = ((highByte << 24) >> 16) | lowByte
    if (this.#count === 0 || value < this.#low) this.#low = value
    if (this.#count === 0 || value > this.#high) this.#high = value
    this.#count += 1
    if (this.#count === SAMPLES) this.#flush()
  }

  #flush(): void {
    if (2 * this.#buckets === this.#peaks.length) {
      const larger = new Int8Array(2 * this.#peaks.length)
      larger.set(this.#peaks)
      this.#peaks = larger
    }
    this.#peaks[2 * this.#buckets] = Math.floor(this.#low / 256)
    this.#peaks[2 * this.#buckets + 1] = Math.floor(this.#high / 256)
    this.#buckets += 1
    this.#count = 0
  }

  /** Low and high of each bucket in turn; empty when there was no sound. */
  finish(): Int8Array {
    if (this.#count > 0) this.#flush()
    return this.#peaks.subarray(0, 2 * this.#buckets)
  }
}
