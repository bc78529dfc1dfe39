import type { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import type { CropShape } from './crop-shape.ts'
import { limitSpeed } from './limit-speed.ts'
import { at, clamp, type Series } from './series.ts'
import { type Corridor, smoothPath } from './smooth-path.ts'
import type { BoxPath } from './subject-path.ts'

/** The crop's centre and size (fraction of the largest) at the points of a take. Pixels. */
export interface CameraPath {
  readonly x: Series
  readonly y: Series
  readonly size: Series
}

/** A take's subject: rows of equal length. */
export interface Aim {
  readonly x: Series
  readonly y: Series
  readonly height: Series
  readonly confidence: Series
  readonly must: BoxPath
  readonly ought: BoxPath
  readonly stepS: number
  readonly checkpoint?: (() => void) | undefined
}

export type CameraStyle = Pick<AutoCropParams, 'smoothing' | 'padding' | 'anticipation' | 'max_pan_speed' | 'dead_zone'>

const MUST_WEIGHT = 150
const OUGHT_WEIGHT = 30
/** Even a tiny subject is kept off the border by this fraction of the crop, per unit of padding. */
const BORDER_PADDING = 0.3
/** A person fills at least this fraction of the crop's height, zoom allowing. */
const PERSON_SHARE = 0.3
const ZOOM_TIME_CONSTANT_S = 1.2
/** Fractions of the largest crop per second. */
const ZOOM_SPEED = 0.12
const ZOOM_DEAD_ZONE = 0.04
const FASTEST_TIME_CONSTANT_S = 0.06
const SLOWEST_TIME_CONSTANT_S = 0.6
const MOST_TURN_COST = 0.2
/** Of the speed limit: rounding must not break it. */
const SPEED_RESERVE = 0.999

/** From `smoothing` 0–1: geometric, so equal steps feel equal. */
function timeConstantS(smoothing: number): number {
  return FASTEST_TIME_CONSTANT_S * (SLOWEST_TIME_CONSTANT_S / FASTEST_TIME_CONSTANT_S) ** smoothing
}

/** The camera's movement during one take: size first, then both coordinates of its centre. */
export function aimCamera(aim: Aim, shape: CropShape, style: CameraStyle): CameraPath {
  const size = zoom(aim, shape, style)
  const axis = (
    target: Series,
    frameLength: number,
    cropLength: number,
    boxes: readonly [low: Series, high: Series, weight: number][],
  ): Series => {
    const unit = shape.width
    const half = size.map((value) => (value * cropLength) / 2 / unit)
    const low = half
    const high = half.map((value) => Math.max(value, frameLength / unit - value))
    if (at(high, 0) - at(low, 0) < 1e-9 && shape.minSize === 1) return low.map((value) => value * unit)
    const maxSpeed = size.map((value, i) => {
      const zooming = i === 0 ? 0 : Math.abs(value - at(size, i - 1)) / aim.stepS
      return SPEED_RESERVE * Math.max(0, style.max_pan_speed * Math.min(value, at(size, Math.max(0, i - 1))) - zooming)
    })
    const ahead = lookAhead(target, aim.stepS, style.anticipation)
    const path = smoothPath({
      stepS: aim.stepS,
      target: ahead.map((value, i) => clamp(value / unit, at(low, i), at(high, i))),
      weight: aim.confidence.map((value) => (Number.isNaN(value) ? 0 : 0.2 + 0.8 * value)),
      deadZone: style.dead_zone,
      corridors: boxes.map(([from, to, weight]) =>
        corridor(from, to, weight, { half, low, high, unit }, style.padding),
      ),
      low,
      high,
      maxSpeed,
      timeConstantS: timeConstantS(style.smoothing),
      turnCost: MOST_TURN_COST * style.smoothing ** 2,
      checkpoint: aim.checkpoint,
    })
    const inside = path.map((value, i) => clamp(value, at(low, i), at(high, i)))
    const maxStep = maxSpeed.map((value) => value * aim.stepS)
    return limitSpeed(inside, maxStep).map((value, i) => clamp(value, at(low, i), at(high, i)) * unit)
  }
  const { must, ought } = aim
  return {
    size,
    x: axis(aim.x, shape.frameWidth, shape.width, [
      [must.x1, must.x2, MUST_WEIGHT],
      [ought.x1, ought.x2, OUGHT_WEIGHT],
    ]),
    y: axis(aim.y, shape.frameHeight, shape.height, [
      [must.y1, must.y2, MUST_WEIGHT],
      [ought.y1, ought.y2, OUGHT_WEIGHT],
    ]),
  }
}

/** Means over the time to come, so that the view leads the movement; shorter before the end. NaN is skipped. */
function lookAhead(target: Series, stepS: number, anticipationS: number): Series {
  const reach = Math.round(anticipationS / stepS)
  if (reach === 0) return target
  return target.map((value, i) => {
    if (Number.isNaN(value)) return value
    let [sum, count] = [0, 0]
    for (let k = i; k <= Math.min(target.length - 1, i + reach); k++) {
      if (Number.isNaN(at(target, k))) continue
      sum += at(target, k)
      count++
    }
    return sum / count
  })
}

/** Where the crop's centre keeps a box inside with room around it. A box too large for the crop is centred. */
function corridor(
  from: Series,
  to: Series,
  weight: number,
  room: { half: Series; low: Series; high: Series; unit: number },
  padding: number,
): Corridor {
  const low = new Float64Array(from.length)
  const high = new Float64Array(from.length)
  for (let i = 0; i < from.length; i++) {
    const [start, end] = [at(from, i) / room.unit, at(to, i) / room.unit]
    const half = at(room.half, i)
    const margin = padding * Math.max(end - start, 2 * BORDER_PADDING * half)
    const slack = Math.max(0, half - (end - start) / 2 - margin)
    const centre = (start + end) / 2
    low[i] = clamp(centre - slack, at(room.low, i), at(room.high, i))
    high[i] = clamp(centre + slack, at(room.low, i), at(room.high, i))
  }
  return { low, high, weight }
}

/** Closer when people are small, as far as the picture's resolution and what must be in frame allow. Fractions of the largest crop. */
function zoom({ height, must, ought, stepS, confidence }: Aim, shape: CropShape, { padding }: CameraStyle): Series {
  const count = height.length
  if (shape.minSize >= 1) return new Float64Array(count).fill(1)
  const wanted = height.map((value) => clamp(value / PERSON_SHARE / shape.height, shape.minSize, 1))
  const needed = height.map((_, i) => {
    const spread = (low: number[], high: number[]): number => Math.max(...high) - Math.min(...low)
    const known = [must, ought].filter((boxes) => !Number.isNaN(at(boxes.x1, i)))
    if (known.length === 0) return Number.NaN
    const across =
      spread(
        known.map((b) => at(b.x1, i)),
        known.map((b) => at(b.x2, i)),
      ) / shape.width
    const down =
      spread(
        known.map((b) => at(b.y1, i)),
        known.map((b) => at(b.y2, i)),
      ) / shape.height
    return clamp(Math.max(across, down) * (1 + 2 * padding) + 2 * padding * BORDER_PADDING, shape.minSize, 1)
  })
  const full = new Float64Array(count).fill(1)
  const path = smoothPath({
    stepS,
    target: wanted,
    weight: confidence.map((value) => value || 0),
    deadZone: ZOOM_DEAD_ZONE,
    corridors: [{ low: needed, high: full, weight: OUGHT_WEIGHT }],
    low: new Float64Array(count).fill(shape.minSize),
    high: full,
    maxSpeed: new Float64Array(count).fill(ZOOM_SPEED),
    timeConstantS: ZOOM_TIME_CONSTANT_S,
    turnCost: MOST_TURN_COST,
  })
  const limited = limitSpeed(path, new Float64Array(count).fill(ZOOM_SPEED * stepS))
  return limited.map((value) => clamp(value, shape.minSize, 1))
}
