import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { CropPoint } from '#lib/contracts/project.ts'
import { freeFrame } from '#lib/core/project/crop-keyframes.ts'
import type { TimelineEngine } from './timeline-engine.ts'

export interface KeyframeDrag {
  readonly kind: 'keyframe'
  /** Where it is now. */
  frame: number
  readonly gesture: string
}

/** Selects a keyframe and shows its frame. With `more` it joins those that are selected, or leaves them; then nothing is dragged. */
export function takeKeyframe(
  { session, playback }: Studio,
  { frame }: CropPoint,
  more: boolean,
  gesture: string,
): KeyframeDrag | null {
  const { keyframes } = session.store.get()
  playback.pause()
  if (more && keyframes.length > 0) {
    const left = keyframes.filter((candidate) => candidate !== frame)
    session.selectKeyframes(left.length < keyframes.length ? left : [...keyframes, frame])
    return null
  }
  session.selectKeyframes([frame])
  playback.seekFrame(frame)
  return { kind: 'keyframe', frame, gesture }
}

/** Moves it in time, past others without replacing them. The picture shows the frame it is put at. */
export function dragKeyframe(
  { session, playback }: Studio,
  engine: TimelineEngine,
  drag: KeyframeDrag,
  toS: number,
): void {
  const { clock } = playback.store.get()
  const before = clock.frameAt(toS)
  const nearest = toS - clock.timeOf(before) > clock.timeOf(before + 1) - toS ? before + 1 : before
  const to = freeFrame(session.document.crop.keyframes, drag.frame, nearest, clock.frames)
  if (to === drag.frame) return
  if (!session.edit({ type: 'move_crop_keyframe', frame: drag.frame, to }, drag.gesture)) return
  drag.frame = to
  session.selectKeyframes([to])
  playback.seekFrame(to)
  engine.redraw()
}
