import type { CropKeyframe } from '#lib/contracts/geometry.ts'
import type { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import type { TracksFile } from '#lib/contracts/tasks/track.ts'
import { aimCamera, type CameraPath } from './aim-camera.ts'
import { chooseSubject } from './choose-subject.ts'
import { chooseTakes, during, type Take } from './choose-takes.ts'
import { type CropShape, cropShape } from './crop-shape.ts'
import { describeCrop, WIDE_REASON } from './describe-crop.ts'
import { at, type Series, sampleAt } from './series.ts'
import { gridPosition, splitShots, type TimeGrid } from './shots.ts'
import type { BoxPath, SubjectPath } from './subject-path.ts'
import { type PathPoint, thinPath } from './thin-path.ts'
import { watchShot } from './watch-shot.ts'

export interface CropRequest {
  readonly tracks: TracksFile
  /** Presentation time of every frame, seconds, ascending. */
  readonly times: ArrayLike<number>
  /** First frames of new scenes. */
  readonly cuts: readonly number[]
  readonly params: AutoCropParams
  /** Pixels of the picture to be made: limits zooming in and thinning out. */
  readonly output: { readonly width: number; readonly height: number }
  /** Called now and then; throws to give up. */
  readonly checkpoint?: (() => void) | undefined
}

export interface PlannedCrop {
  readonly keyframes: CropKeyframe[]
  /** Share of frames whose crop follows something. */
  readonly followed: number
}

/** Output pixels that leaving out keyframes may move an edge: nobody sees it in a picture that moves. */
const THINNING_TOLERANCE = 2.5

/**
 * A virtual camera operator: decides shot by shot what to show, moves the crop there calmly, shows the whole picture where nothing can
 * be followed, and hands over the keyframes a person would have set. Deterministic; time and memory linear in the video's length.
 */
export function planCrop(asked: CropRequest): PlannedCrop {
  const request = { ...asked, times: Float64Array.from(asked.times) }
  const { tracks, times, cuts, params, output, checkpoint } = request
  const shape = cropShape(tracks, params.target_aspect, output)
  const keyframes: CropKeyframe[] = []
  let followed = 0
  for (const shot of splitShots(times.length, cuts)) {
    checkpoint?.()
    const view = { ...watchShot(tracks, times, shot, shape), checkpoint }
    const subject = chooseSubject(view, params.subject)
    const frames = framesByTake(request, shot, view.grid, chooseTakes(subject.confidence, view.grid))
    for (const { take, startFrame, endFrame } of frames) {
      if (startFrame === endFrame) continue
      if (!take.wide) followed += endFrame - startFrame
      const made = take.wide
        ? [wideKeyframe(shape, startFrame, subject, take)]
        : followTake(request, shape, subject, view.grid, take, startFrame, endFrame)
      const [first, ...others] = made
      if (first !== undefined) keyframes.push(keyframes.length === 0 ? first : { ...first, cut: true }, ...others)
    }
  }
  return { keyframes, followed: followed / Math.max(1, times.length) }
}

type TimedRequest = CropRequest & { readonly times: Series }

interface FrameTake {
  readonly take: Take
  readonly startFrame: number
  readonly endFrame: number
}

/** Which frames of a shot lie in which take. */
function framesByTake(
  { times }: TimedRequest,
  shot: { startFrame: number; endFrame: number },
  grid: TimeGrid,
  takes: readonly Take[],
): FrameTake[] {
  let frame = shot.startFrame
  return takes.map((take, index) => {
    const startFrame = frame
    const last = index === takes.length - 1
    while (frame < shot.endFrame && (last || gridPosition(grid, at(times, frame)) < take.end)) frame++
    return { take, startFrame, endFrame: frame }
  })
}

function wideKeyframe(shape: CropShape, frame: number, { confidence }: SubjectPath, take: Take): CropKeyframe {
  const values = during(confidence, take)
  const doubt = values.reduce((sum, value) => sum + (1 - (value || 0)), 0) / values.length
  return {
    frame,
    ...{ x: 0, y: 0, width: shape.frameWidth, height: shape.frameHeight },
    reason: WIDE_REASON,
    confidence: round(doubt, 2),
  }
}

function followTake(
  { times, params, checkpoint }: TimedRequest,
  shape: CropShape,
  subject: SubjectPath,
  grid: TimeGrid,
  take: Take,
  startFrame: number,
  endFrame: number,
): CropKeyframe[] {
  const boxes = ({ x1, y1, x2, y2 }: BoxPath): BoxPath => ({
    ...{ x1: during(x1, take), y1: during(y1, take) },
    ...{ x2: during(x2, take), y2: during(y2, take) },
  })
  const camera = aimCamera(
    {
      x: during(subject.x, take),
      y: during(subject.y, take),
      height: during(subject.height, take),
      confidence: during(subject.confidence, take),
      must: boxes(subject.must),
      ought: boxes(subject.ought),
      stepS: grid.stepS,
      checkpoint,
    },
    shape,
    params,
  )
  const path: PathPoint[] = []
  for (let frame = startFrame; frame < endFrame; frame++) {
    path.push(cropAt(camera, shape, frame, gridPosition(grid, at(times, frame)) - take.start))
  }
  const thin = thinPath(path, THINNING_TOLERANCE / shape.enlargement)
  const trackId = typeof params.subject === 'number' ? params.subject : undefined
  return thin.map((point, i) => {
    const next = thin[i + 1] ?? point
    const lengthS = at(times, next.frame) - at(times, point.frame)
    const speed = lengthS > 0 ? (next.x + next.width / 2 - point.x - point.width / 2) / lengthS / point.width : 0
    const place = Math.min(take.end - 1, Math.round(gridPosition(grid, at(times, point.frame))))
    return {
      ...point,
      reason: describeCrop(subject, place, speed, trackId),
      confidence: round(at(subject.confidence, place) || 0, 2),
    }
  })
}

/** Exactly of the aspect, exactly inside the frame. */
function cropAt({ x, y, size }: CameraPath, shape: CropShape, frame: number, position: number): PathPoint {
  const scale = sampleAt(size, position)
  const [width, height] = [shape.width * scale, shape.height * scale]
  const left = Math.max(0, Math.min(shape.frameWidth - width, sampleAt(x, position) - width / 2))
  const top = Math.max(0, Math.min(shape.frameHeight - height, sampleAt(y, position) - height / 2))
  return { frame, x: left, y: top, width, height }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
