import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { Rectangle } from '#lib/contracts/geometry.ts'
import { ASPECTS, type CropPoint, type ProjectCrop } from '#lib/contracts/project.ts'
import type { AutoCropResult } from '#lib/contracts/tasks/auto-crop.ts'
import { cropPointsOf, isDoubtful, keyframeAt, nextDoubtful } from '#lib/core/project/crop-keyframes.ts'
import { aspectRatio, reshapeCrop } from '#lib/core/project/crop-shapes.ts'
import { type ProjectSource, projectCropPath } from '#lib/core/project/project-crop-path.ts'
import { createCropSampler } from '#lib/core/render/crop-path.ts'
import { framingOf } from './framing-state.ts'

/** The crop at a frame as the export will have it; null where nothing is cropped. */
export function cropAt(crop: ProjectCrop, source: ProjectSource, frame: number): Rectangle | null {
  const path = crop.fill === 'fit' ? null : projectCropPath(crop, source)
  return path && createCropSampler(path, source).at(frame)
}

export function cropHere({ session, playback, source }: Studio): Rectangle | null {
  return cropAt(session.document.crop, source, playback.store.get().frame)
}

/** Sets a keyframe at the playhead. From then on it is the user's. */
export function putCrop({ session, playback }: Studio, { x, y, width, height }: Rectangle, gesture?: string): void {
  playback.pause()
  const { frame } = playback.store.get()
  const cut = keyframeAt(session.document.crop.keyframes, frame)?.cut
  const keyframe: CropPoint = { frame, x, y, width, height, source: 'manual', ...(cut ? { cut } : {}) }
  if (session.edit({ type: 'put_crop_keyframes', keyframes: [keyframe] }, gesture)) session.selectKeyframes([frame])
}

/** Keeps the crop as it is at the playhead. */
export function keepCrop(studio: Studio): void {
  const crop = cropHere(studio)
  if (crop) putCrop(studio, crop)
}

export function goToKeyframe({ session, playback }: Studio, frame: number): void {
  playback.pause()
  playback.seekFrame(frame)
  session.selectKeyframes([frame])
}

export function goToDoubtful(studio: Studio): void {
  const { session, playback } = studio
  const next = nextDoubtful(session.document.crop.keyframes, playback.store.get().frame)
  if (next) goToKeyframe(studio, next.frame)
}

/** Whether there was anything to delete. */
export function removeKeyframes({ session }: Studio): boolean {
  const { keyframes } = session.store.get()
  if (keyframes.length > 0) session.edit({ type: 'remove_crop_keyframes', frames: keyframes })
  return keyframes.length > 0
}

/** The camera jumps to the selected keyframe instead of gliding there, or glides again. */
export function toggleCut({ session }: Studio): void {
  const [frame] = session.store.get().keyframes
  const keyframe = frame === undefined ? undefined : keyframeAt(session.document.crop.keyframes, frame)
  if (!keyframe) return
  const { cut, reason: _reason, confidence: _confidence, ...kept } = keyframe
  const changed: CropPoint = { ...kept, source: 'manual', ...(cut ? {} : { cut: true }) }
  session.edit({ type: 'put_crop_keyframes', keyframes: [changed] })
}

export function moveKeyframe({ session, playback }: Studio, frame: number, to: number): void {
  const { clock } = playback.store.get()
  const target = Math.min(Math.max(0, Math.round(to)), clock.frames - 1)
  if (!session.edit({ type: 'move_crop_keyframe', frame, to: target })) return
  session.selectKeyframes([target])
  playback.seekFrame(target)
}

export function copyCrop(studio: Studio): void {
  const crop = cropHere(studio)
  if (crop) framingOf(studio.session).set({ copied: crop })
}

/** Sets the copied crop at the playhead, in the shape of today. */
export function pasteCrop(studio: Studio): void {
  const { copied } = framingOf(studio.session).get()
  const ratio = aspectRatio(studio.session.document.crop.aspect)
  if (copied && ratio !== null) putCrop(studio, reshapeCrop(copied, ratio, studio.source))
}

/** What auto-crop found becomes editable, as one step to undo. What the user set before stays. */
export function takeCropPath(
  { session, source }: Studio,
  jobId: string,
  aspect: string,
  result: AutoCropResult,
): boolean {
  const gesture = `auto-crop-${jobId}`
  const shape = ASPECTS.find((candidate) => candidate === aspect)
  const keyframes = cropPointsOf(result, source)
  if (shape && !session.edit({ type: 'set_aspect', aspect: shape, source }, gesture)) return false
  if (!session.edit({ type: 'set_crop', changes: { fill: 'crop' } }, gesture)) return false
  if (!session.edit({ type: 'fill_crop_path', keyframes }, gesture)) return false
  const doubtful = keyframes.filter(isDoubtful).length
  framingOf(session).set({ awaited: null, taken: { jobId, keyframes: keyframes.length, doubtful } })
  return true
}
