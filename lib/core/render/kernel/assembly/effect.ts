/**
 * A highlight on one plane. All fields are four bytes wide; their order is repeated in `kernel/records.ts`. Samples are at
 * `(column × step + 0.5, row × step + rowOrigin)` in luma pixels, edges at integers: chroma is sited left, between two rows (MPEG-2).
 */
@unmanaged
export class Effect {
  kind: i32
  /** Columns that are needed, multiples of 16. */
  firstColumn: i32
  endColumn: i32
  step: f32
  rowOrigin: f32
  /** `EllipseRecord`s, one after the other. */
  ellipses: usize
  count: i32
  /** Mask outside of all ellipses, 15 fraction bits. */
  outside: i32
  /** One row of the mask (i16) and one of finished samples (u8), both indexed by column. */
  mask: usize
  output: usize
  /** Sample of no brightness or no colour: what `SPOTLIGHT` scales towards. */
  zero: i32
  /** Share of the sample that `SPOTLIGHT` keeps where the mask is 0, 15 fraction bits. */
  kept: i32
  /** `BLUR`: the pass that enlarges the reduced, blurred plane, and room for one of its rows. */
  blur: usize
  blurred: usize
  /** `RING`: the outline's sample. */
  colour: i32
  /** Edges: 1 / (σ √2) of the feather. */
  feather: f32
  /** Ring: half the stroke plus half the transition at its edge; slope of that transition; reach and strength of the glow. */
  strokeReach: f32
  strokeSlope: f32
  glowReach: f32
  glow: f32
}

export const SPOTLIGHT: i32 = 1
export const BLUR: i32 = 2
export const RING: i32 = 3

/** An ellipse as the mask needs it; same note on the fields. */
@unmanaged
export class EllipseRecord {
  x: f32
  y: f32
  /** 1 / radius. */
  inverseX: f32
  inverseY: f32
  /** What the ellipse adds to the mask at most, in units of 2⁻¹⁵. */
  level: f32
  /** Between these two scaled copies of the ellipse lies everything that is neither surely inside nor surely outside. */
  inner: f32
  outer: f32
  /** Keeps the distance finite at the centre: ε / largest radius². */
  guard: f32
}

/** Bytes of an `EllipseRecord`. */
export const ELLIPSE_BYTES: usize = 32
