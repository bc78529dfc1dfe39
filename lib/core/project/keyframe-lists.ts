interface Keyed {
  readonly frame: number
}

/** In order of frames; at the same frame the added one wins, and of several added ones the last. */
export function mergeByFrame<Keyframe extends Keyed>(
  keyframes: readonly Keyframe[],
  added: readonly Keyframe[],
): Keyframe[] {
  const byFrame = new Map([...keyframes, ...added].map((keyframe) => [keyframe.frame, keyframe]))
  return [...byFrame.values()].sort((a, b) => a.frame - b.frame)
}

/** Null when a frame has no keyframe, or none is named. */
export function withoutFrames<Keyframe extends Keyed>(
  keyframes: readonly Keyframe[],
  frames: readonly number[],
): Keyframe[] | null {
  const gone = new Set(frames)
  const left = keyframes.filter(({ frame }) => !gone.has(frame))
  return gone.size > 0 && left.length === keyframes.length - gone.size ? left : null
}
