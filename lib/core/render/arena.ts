/** Hands out addresses one after the other; nothing is ever given back. */
export class Arena {
  #end: number

  constructor(start: number) {
    this.#end = start
  }

  /** Address of `bytes` bytes of its own, a multiple of 64 (no two threads write to one cache line). */
  take(bytes: number): number {
    const address = this.#end
    this.#end = alignUp(address + bytes)
    return address
  }

  get end(): number {
    return this.#end
  }
}

function alignUp(address: number): number {
  return 64 * Math.ceil(address / 64)
}
