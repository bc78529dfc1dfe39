import type { UploadApi } from './upload-api.ts'

/** URLs asked for at once: few enough that a slow line uses them within their hour. */
const BATCH = 16

/** Presigned URLs of an upload's parts, asked for when they are needed and a few ahead. */
export class PartUrls {
  readonly #api: UploadApi
  readonly #uploadId: string
  /** Every part still to be sent, in order. */
  readonly #partNumbers: readonly number[]
  #urls = new Map<number, Promise<string>>()

  constructor(api: UploadApi, uploadId: string, partNumbers: readonly number[]) {
    this.#api = api
    this.#uploadId = uploadId
    this.#partNumbers = partNumbers
  }

  async get(partNumber: number): Promise<string> {
    const known = this.#urls.get(partNumber)
    if (known) return await known
    const at = this.#partNumbers.indexOf(partNumber)
    const batch = this.#partNumbers.slice(at, at + BATCH).filter((number) => !this.#urls.has(number))
    const signed = this.#api.signParts(this.#uploadId, batch)
    for (const number of batch) {
      const url = signed.then(({ urls }) => {
        const found = urls.find((part) => part.part_number === number)
        if (!found) throw new Error(`part ${number} was not signed`)
        return found.url
      })
      // Whoever asks for it meets the failure; until then it is nobody's.
      url.catch(() => this.#urls.delete(number))
      this.#urls.set(number, url)
    }
    return await this.get(partNumber)
  }

  /** A URL that did not work is not tried again. */
  drop(partNumber: number): void {
    this.#urls.delete(partNumber)
  }
}
