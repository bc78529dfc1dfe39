import type { ErrorBody } from '#lib/contracts/errors.ts'

/**
 * What the upload engine shows to the page. The engine lives outside React (one per tab, so that a change of page interrupts
 * nothing); `useUploader()` from `./use-uploader.ts` is the view of it that components render and act on:
 *
 *     const { uploads, pick, drop, pause, resume, cancel, retry, dismiss } = useUploader()
 *
 * A picked file goes `checking` (headers read in the browser, upload opened or found again) → `uploading` ⇄ `paused` →
 * `confirming` (the server reads the stored file's headers) → `done`. `refused` is about the file and final; `failed` is about the
 * way there, and `retry` goes on where it stopped.
 */
export type UploadState = 'checking' | 'uploading' | 'paused' | 'confirming' | 'done' | 'failed' | 'refused'

export interface UploadItem {
  /** Handle for the actions below; stable while the page lives. */
  readonly id: string
  readonly fileName: string
  readonly bytes: number
  /** Bytes the store has or is receiving, parts found again after a reload included. */
  readonly sentBytes: number
  /** Measured over the last seconds; null until there is something to measure, and while nothing is sent. */
  readonly bytesPerSecond: number | null
  readonly etaS: number | null
  readonly state: UploadState
  /** `failed` and `refused`: a code and a sentence for the user. */
  readonly problem?: ErrorBody
  /** Known from the moment the server opened the upload. */
  readonly assetId?: string
  /** The local file, to play or edit it while it uploads; absent for an unfinished upload of an earlier visit. */
  readonly file?: File
  /**
   * An unfinished upload of an earlier visit (state `paused`) whose file this browser cannot open again by itself: offer "choose the
   * file again", that is `pick()`; the same file then continues with its missing parts only. When false, `resume(id)` is enough (the
   * browser may ask for permission, so call it from a click).
   */
  readonly needsFile: boolean
}

/** A file with the handle that lets a later visit open it again, where the browser has such handles. */
export interface PickedFile {
  readonly file: File
  readonly handle?: FileSystemFileHandle
}

export interface UploaderActions {
  /** Files from an `<input type="file">`; each becomes one item. Prefer `pick` and `drop`, which keep handles. */
  add(files: readonly (File | PickedFile)[]): void
  /** Opens the system's file dialog. Call it from a click; resolves when the dialog closes. */
  pick(): Promise<void>
  /** Takes what was dropped; call it synchronously from the `drop` event. Folders are ignored. */
  drop(transfer: DataTransfer): Promise<void>
  pause(id: string): void
  resume(id: string): void
  /** Stops, removes the item and deletes what the store already has. */
  cancel(id: string): void
  /** A `failed` item goes on where it stopped. */
  retry(id: string): void
  /** Removes a `done` or `refused` item from the list. */
  dismiss(id: string): void
}

export interface Uploader extends UploaderActions {
  readonly uploads: readonly UploadItem[]
}
