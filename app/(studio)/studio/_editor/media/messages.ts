/** Where the pictures and sounds come from: the stored file, or the local one while it is still uploading. */
export type MediaOrigin = { readonly url: string } | { readonly file: File }

export interface OpenMedia {
  readonly type: 'open'
  readonly origin: MediaOrigin
  /** Of the file. */
  readonly bytes: number
  /** What derived data is kept under: the asset's id. */
  readonly key: string
  /** The whole sound is decoded only where that does not mean fetching a very long file. */
  readonly withSound: boolean
}

/** Pictures at these times (seconds) are wanted now; what was wanted before and is not any more is forgotten. */
export interface WantPictures {
  readonly type: 'want'
  readonly timesS: readonly number[]
}

export type ToMedia = OpenMedia | WantPictures

export interface MediaHeaders {
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly durationS: number
  readonly hasSound: boolean
}

export type FromMedia =
  | { readonly type: 'headers'; readonly headers: MediaHeaders }
  /** Presentation times of all frames, seconds, ascending. */
  | { readonly type: 'frames'; readonly times: Float64Array<ArrayBuffer>; readonly endS: number }
  | { readonly type: 'picture'; readonly timeS: number; readonly image: ImageBitmap }
  /** Loudness from `start` on, 0–255, `LEVELS_PER_SECOND` a second. */
  | { readonly type: 'levels'; readonly start: number; readonly levels: Uint8Array<ArrayBuffer> }
  | { readonly type: 'problem'; readonly part: 'file' | 'pictures' | 'sound' }

export const LEVELS_PER_SECOND = 50
/** Twice the height they are shown at. */
export const PICTURE_HEIGHT = 96
