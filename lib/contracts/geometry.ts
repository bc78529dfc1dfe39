import { z } from 'zod'

/**
 * Geometry on the wire: source pixels of the *displayed* frame (rotation and sample aspect ratio applied), origin top left, pixel
 * edges at integers. Fractions are allowed everywhere: a camera that moves in whole pixels visibly steps.
 */
const Coordinate = z.number().min(-65_536).max(65_536)
const Extent = z.number().positive().max(65_536)

/** 0-based index in presentation order of the source's decoded frames, before any clip is cut. */
export const FrameIndex = z.number().int().min(0).max(100_000_000)

/** Accepts the short names `w` and `h`, which older documents use. */
function longNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { w, h, ...rest } = value as Record<string, unknown>
  return {
    ...rest,
    ...(w === undefined || 'width' in rest ? {} : { width: w }),
    ...(h === undefined || 'height' in rest ? {} : { height: h }),
    // Saying both is a mistake: the stray short name is refused as unknown.
    ...(w !== undefined && 'width' in rest ? { w } : {}),
    ...(h !== undefined && 'height' in rest ? { h } : {}),
  }
}

export const rectangleFields = { x: Coordinate, y: Coordinate, width: Extent, height: Extent }

export const Rectangle = z.preprocess(longNames, z.strictObject(rectangleFields))
export type Rectangle = z.infer<typeof Rectangle>

/**
 * A crop chosen at a frame. Between keyframes the rectangle is interpolated linearly; before the first and after the last it holds.
 * `cut` makes it jump there instead of gliding: the keyframe before holds until this frame.
 */
export const CropKeyframe = z.preprocess(
  longNames,
  z.strictObject({
    frame: FrameIndex,
    ...rectangleFields,
    cut: z.boolean().optional(),
    /** Why auto-crop put it there, for people. Ignored by rendering. */
    reason: z.string().max(200).optional(),
    confidence: z.number().min(0).max(1).optional(),
  }),
)
export type CropKeyframe = z.infer<typeof CropKeyframe>

/** Ordered by frame, one per frame. */
export const CropPath = z
  .array(CropKeyframe)
  .min(1)
  .max(100_000)
  .refine((path) => path.every(({ frame }, index) => frame > (path[index - 1]?.frame ?? -1)), {
    message: 'keyframes must be in order, one per frame',
  })
export type CropPath = z.infer<typeof CropPath>

/** `[x1, y1, x2, y2]` */
export const BoundingBox = z.tuple([z.number(), z.number(), z.number(), z.number()])
export type BoundingBox = z.infer<typeof BoundingBox>
