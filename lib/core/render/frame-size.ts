/** Pixels of a displayed frame or picture. */
export interface FrameSize {
  readonly width: number
  readonly height: number
}
