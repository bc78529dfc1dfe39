import { Effect, ELLIPSE_BYTES, EllipseRecord, RING } from './effect'

/** Relative square of a radius below which positions count as the centre. */
const CENTRE: f32 = 1e-6

/** Writes one row of the mask: the largest of all ellipses, on top of what is outside. False when no ellipse reaches the row. */
export function maskRow(effect: Effect, row: i32): bool {
  let reached = false
  fillMask(effect, effect.firstColumn, effect.endColumn, <f32>effect.outside)
  const y = <f32>row * effect.step + effect.rowOrigin
  for (let i = 0; i < effect.count; i++) {
    const ellipse = changetype<EllipseRecord>(effect.ellipses + <usize>i * ELLIPSE_BYTES)
    const v = (y - ellipse.y) * ellipse.inverseY
    const outer = ellipse.outer * ellipse.outer - v * v
    if (outer <= 0) continue
    reached = true
    const halfOuter = sqrt<f32>(outer) / ellipse.inverseX
    const first = columnAt(effect, ellipse.x - halfOuter)
    const end = columnAt(effect, ellipse.x + halfOuter) + 1
    const inner = ellipse.inner > 0 ? ellipse.inner * ellipse.inner - v * v : <f32>-1
    if (inner <= 0) {
      blendEdge(effect, ellipse, v, first, end)
      continue
    }
    const halfInner = sqrt<f32>(inner) / ellipse.inverseX
    const innerFirst = columnAt(effect, ellipse.x - halfInner) + 1
    const innerEnd = columnAt(effect, ellipse.x + halfInner)
    blendEdge(effect, ellipse, v, first, innerFirst)
    if (effect.kind !== RING) raiseMask(effect, innerFirst, innerEnd, <f32>effect.outside + ellipse.level)
    blendEdge(effect, ellipse, v, innerEnd, end)
  }
  return reached
}

/** The column at or left of a position, kept inside the row (before it becomes an integer: positions may be anywhere). */
function columnAt(effect: Effect, x: f32): i32 {
  const column = floor<f32>((x - 0.5) / effect.step)
  return <i32>min<f32>(max<f32>(column, <f32>effect.firstColumn), <f32>(effect.endColumn - 1))
}

function fillMask(effect: Effect, first: i32, end: i32, value: f32): void {
  const level = i16x8.splat(<i16>nearest<f32>(value))
  for (let column = first; column < end; column += 8) v128.store(effect.mask + ((<usize>column) << 1), level)
}

function raiseMask(effect: Effect, first: i32, end: i32, value: f32): void {
  // Two halves that were rounded up may sum to more than one.
  const level = <i16>min<f32>(nearest<f32>(value), 32767)
  const levels = i16x8.splat(level)
  let at = effect.mask + ((<usize>first) << 1)
  let column = first
  for (; column + 8 <= end; column += 8) {
    v128.store(at, i16x8.max_s(v128.load(at), levels))
    at += 16
  }
  for (; column < end; column++) {
    if (load<i16>(at) < level) store<i16>(at, level)
    at += 2
  }
}

/** Four columns at a time from a multiple of four: what is computed beyond the span is as true as inside it. */
function blendEdge(effect: Effect, ellipse: EllipseRecord, v: f32, first: i32, end: i32): void {
  const inverse = f32x4.splat(ellipse.inverseX)
  const vv = f32x4.splat(v * v + CENTRE)
  const scaledV = v * ellipse.inverseY
  const gradientV = f32x4.splat(scaledV * scaledV + ellipse.guard)
  const outside = f32x4.splat(<f32>effect.outside)
  const level = f32x4.splat(ellipse.level)
  const one = f32x4.splat(1)
  for (let column = first & ~3; column < end; column += 4) {
    const x = <f32>column * effect.step + 0.5 - ellipse.x
    const dx = f32x4.add(f32x4.splat(x), f32x4.mul(f32x4.splat(effect.step), f32x4(0, 1, 2, 3)))
    const u = f32x4.mul(dx, inverse)
    const gradientU = f32x4.mul(u, inverse)
    // First-order distance to the ellipse, positive inside: with k = |(u, v)|, (1 − k) k / |(u / rx, v / ry)|.
    const kk = f32x4.add(f32x4.mul(u, u), vv)
    const gradient = f32x4.add(f32x4.mul(gradientU, gradientU), gradientV)
    const distance = f32x4.mul(f32x4.sub(one, f32x4.sqrt(kk)), f32x4.sqrt(f32x4.div(kk, gradient)))
    const profile = effect.kind === RING ? ringProfile(effect, distance) : featherProfile(effect, distance)
    const value = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.add(outside, f32x4.mul(level, profile))))
    const at = effect.mask + ((<usize>column) << 1)
    const narrow = i16x8.narrow_i32x4_s(value, value)
    v128.store64_lane(at, i16x8.max_s(v128.load64_zero(at), narrow), 0)
  }
}

/** A straight edge after a Gaussian: (1 + erf(d / σ√2)) / 2, erf by Abramowitz & Stegun 7.1.27 (error below 5e-4). */
function featherProfile(effect: Effect, distance: v128): v128 {
  const t = f32x4.mul(distance, f32x4.splat(effect.feather))
  const x = f32x4.min(f32x4.abs(t), f32x4.splat(8))
  let p = f32x4.add(f32x4.splat(0.000972), f32x4.mul(x, f32x4.splat(0.078108)))
  p = f32x4.add(f32x4.splat(0.230389), f32x4.mul(x, p))
  p = f32x4.add(f32x4.splat(0.278393), f32x4.mul(x, p))
  p = f32x4.add(f32x4.splat(1), f32x4.mul(x, p))
  p = f32x4.mul(p, p)
  p = f32x4.mul(p, p)
  // Half of 1 / p⁴ is what is missing to 1 inside, and what is there outside.
  const tail = f32x4.div(f32x4.splat(0.5), p)
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(t, f32x4.splat(0)))
}

/** A stroke with anti-aliased edges in a glow that falls off as a parabola. */
function ringProfile(effect: Effect, distance: v128): v128 {
  const away = f32x4.abs(distance)
  const zero = f32x4.splat(0)
  const slope = f32x4.splat(effect.strokeSlope)
  const stroke = f32x4.min(f32x4.splat(1), f32x4.mul(slope, f32x4.sub(f32x4.splat(effect.strokeReach), away)))
  const near = f32x4.max(zero, f32x4.sub(f32x4.splat(1), f32x4.div(away, f32x4.splat(effect.glowReach))))
  return f32x4.max(stroke, f32x4.mul(f32x4.splat(effect.glow), f32x4.mul(near, near)))
}
