import { BLUR, Effect, RING } from './effect'
import { maskRow } from './mask-row'
import { Pass } from './pass'
import { resampleRow } from './resample'

/** Puts the needed columns of a source row through a highlight; answers where the result is, addressed like the source row. */
export function effectRow(effect: Effect, source: usize, row: i32): usize {
  const reached = maskRow(effect, row)
  if (effect.kind === BLUR) {
    resampleRow(changetype<Pass>(effect.blur), row, effect.blurred + <usize>effect.firstColumn)
    mixRow(effect, effect.blurred, source)
  } else if (effect.kind === RING) {
    if (!reached) return source
    paintRow(effect, source)
  } else {
    dimRow(effect, source)
  }
  return effect.output
}

/** `zero + (sample − zero) × (kept + (1 − kept) × mask)` */
function dimRow(effect: Effect, source: usize): void {
  const zero = i16x8.splat(<i16>effect.zero)
  const kept = i16x8.splat(<i16>effect.kept)
  const rest = i16x8.splat(<i16>(32767 - effect.kept))
  for (let column = <usize>effect.firstColumn; column < <usize>effect.endColumn; column += 16) {
    const mask = effect.mask + (column << 1)
    const samples = v128.load(source + column)
    const left = i16x8.sub(i16x8.extend_low_i8x16_u(samples), zero)
    const right = i16x8.sub(i16x8.extend_high_i8x16_u(samples), zero)
    const gainLeft = i16x8.add(kept, i16x8.q15mulr_sat_s(rest, v128.load(mask)))
    const gainRight = i16x8.add(kept, i16x8.q15mulr_sat_s(rest, v128.load(mask, 16)))
    const low = i16x8.add(zero, i16x8.q15mulr_sat_s(left, gainLeft))
    const high = i16x8.add(zero, i16x8.q15mulr_sat_s(right, gainRight))
    v128.store(effect.output + column, i8x16.narrow_i16x8_u(low, high))
  }
}

/** `behind + (front − behind) × mask` */
function mixRow(effect: Effect, behind: usize, front: usize): void {
  for (let column = <usize>effect.firstColumn; column < <usize>effect.endColumn; column += 16) {
    const mask = effect.mask + (column << 1)
    const b = v128.load(behind + column)
    const f = v128.load(front + column)
    const low = mix(i16x8.extend_low_i8x16_u(b), i16x8.extend_low_i8x16_u(f), v128.load(mask))
    const high = mix(i16x8.extend_high_i8x16_u(b), i16x8.extend_high_i8x16_u(f), v128.load(mask, 16))
    v128.store(effect.output + column, i8x16.narrow_i16x8_u(low, high))
  }
}

/** `sample + (colour − sample) × mask` */
function paintRow(effect: Effect, source: usize): void {
  const colour = i16x8.splat(<i16>effect.colour)
  for (let column = <usize>effect.firstColumn; column < <usize>effect.endColumn; column += 16) {
    const mask = effect.mask + (column << 1)
    const samples = v128.load(source + column)
    const low = mix(i16x8.extend_low_i8x16_u(samples), colour, v128.load(mask))
    const high = mix(i16x8.extend_high_i8x16_u(samples), colour, v128.load(mask, 16))
    v128.store(effect.output + column, i8x16.narrow_i16x8_u(low, high))
  }
}

function mix(behind: v128, front: v128, mask: v128): v128 {
  return i16x8.add(behind, i16x8.q15mulr_sat_s(i16x8.sub(front, behind), mask))
}
