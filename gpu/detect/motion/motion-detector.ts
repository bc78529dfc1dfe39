import type { ClassWanted } from '#gpu/detect/decode-head.ts'
import type { Detector, Seen } from '#gpu/detect/detector.ts'
import { fitShape, type Size } from '#gpu/detect/letterbox.ts'
import { keepBest } from '#gpu/detect/suppress.ts'
import { type FrameLayout, framePlanes } from '#gpu/media/frames.ts'
import { cameraMotion } from '#gpu/tracking/camera-motion.ts'
import { halve, type LumaPlane, type Pyramid, reduceLuma } from '#gpu/tracking/luma-plane.ts'
import { enlarge } from '#lib/core/tracking/affine.ts'
import { type Affine, BALL_CLASS, type Detection } from '#lib/core/tracking/types.ts'
import { Background } from './background.ts'
import { findRegions, type Region } from './find-regions.ts'

const PIXELS = 640 * 360
const BATCH = 4
/** Sizes in heights of the frame. A ball seen from the stand is smaller than a head, a person larger than a ball. */
const BALL_SIZE = { least: 0.006, most: 0.03 } as const
const PERSON_HEIGHT = { least: 0.035, most: 0.8 } as const
/** A ball is about as high as wide, unless it is smeared by its own speed. */
const BALL_ASPECT = 2.2
/** Limbs reach out, a shadow may be taken along: wider than this is no person. */
const PERSON_ASPECT = 1.8
/** Share of its box that a body fills. */
const PERSON_FILL = 0.25
const PERSON = 'person'

/**
 * Finds what moves against the background, with the camera's own motion taken out: needs no weights. What a region is, is guessed by its
 * size alone; scores tell how clearly it stands out.
 */
export function motionDetector(source: Size, classes: readonly ClassWanted[]): Detector {
  const { content } = fitShape(source, PIXELS, 'top-left')
  const layout: FrameLayout = { batch: BATCH, ...content }
  const background = new Background()
  const wanted = new Set(classes.map(({ name }) => name))
  let previous: Pyramid | undefined

  const see = (plane: LumaPlane, timeS: number): Seen => {
    const { camera, pyramid } = cameraMotion(previous, halve(plane))
    previous = pyramid
    const behind = background.behind(plane, camera && enlarge(camera, 2, 2))
    const detections = findRegions(plane, behind)
      .flatMap((region) => classify(region, plane, source) ?? [])
      .filter(({ className }) => wanted.has(className))
    background.remember(plane, timeS)
    return { detections: keepBest(detections), camera: camera && toSource(camera, source, plane) }
  }
  return {
    layout,
    measuresCamera: true,
    async detect(buffer, timesS) {
      return timesS.map((timeS, index) => {
        const { luma } = framePlanes(buffer, layout, index)
        return see(reduceLuma(luma, layout.width, layout.height, 1), timeS)
      })
    },
    close: async () => undefined,
  }
}

/** The pyramid begins at half the plane's size. */
function toSource(camera: Affine, source: Size, plane: LumaPlane): Affine {
  return enlarge(camera, (2 * source.width) / plane.width, (2 * source.height) / plane.height)
}

/** A ball, a person, or nothing that fits either. */
function classify({ box, pixels, contrast }: Region, plane: LumaPlane, source: Size): Detection | undefined {
  const [x1, y1, x2, y2] = box
  const [width, height] = [x2 - x1, y2 - y1]
  const filled = pixels / (width * height)
  const size = Math.max(width, height) / plane.height
  const aspect = Math.max(width / height, height / width)
  const [scaleX, scaleY] = [source.width / plane.width, source.height / plane.height]
  // Twice the threshold is clear; a region of which little moves is doubtful.
  const score = Math.min(0.95, (1 - Math.exp(-contrast)) * Math.min(1, 0.5 + filled))
  const made = (className: string): Detection => ({
    box: [x1 * scaleX, y1 * scaleY, x2 * scaleX, y2 * scaleY],
    score,
    className,
  })
  if (size >= BALL_SIZE.least && size <= BALL_SIZE.most && aspect <= BALL_ASPECT && filled >= 0.4)
    return made(BALL_CLASS)
  const tall = height / plane.height
  const fits =
    tall >= PERSON_HEIGHT.least &&
    tall <= PERSON_HEIGHT.most &&
    width <= PERSON_ASPECT * height &&
    filled >= PERSON_FILL
  return fits ? made(PERSON) : undefined
}
