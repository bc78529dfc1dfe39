import { Effect } from './effect'
import { effectRow } from './effect-row'
import { filterAcross } from './filter-across'
import { filterDown } from './filter-down'
import { Pass } from './pass'

/** Makes every row of a pass. Source rows are filtered across once each and kept in the ring as long as rows below need them. */
export function resample(pass: Pass): void {
  const width = <usize>pass.width
  let target = pass.target
  for (let y = 0; y < pass.height; y++) {
    // Rows are made 16 samples at a time. What spills over the end of a full-width row is overwritten by the row below.
    const overwritten = width === pass.targetStride && y + 1 < pass.height
    if (overwritten || (width & 15) === 0) {
      resampleRow(pass, y, target)
    } else {
      resampleRow(pass, y, pass.row)
      memory.copy(target, pass.row, width)
    }
    target += pass.targetStride
  }
}

/** Makes row `y`. Rows must be asked for from top to bottom. */
export function resampleRow(pass: Pass, y: i32, target: usize): void {
  const start = load<i32>(pass.yStarts + ((<usize>y) << 2))
  const end = min(start + pass.yTaps, pass.sourceHeight)
  for (let row = max(pass.nextRow, start); row < end; row++) {
    const source = pass.source + <usize>row * pass.sourceStride
    const ready = pass.effect === 0 ? source : effectRow(changetype<Effect>(pass.effect), source, row)
    filterAcross(pass, ready, pass.ring + <usize>(row % pass.ringRows) * pass.ringStride)
  }
  pass.nextRow = max(pass.nextRow, end)
  filterDown(pass, y, start, target)
}

/** A pass that neither scales nor shifts by a fraction: source rows go through the effect and are copied. */
export function copyRows(pass: Pass, firstRow: i32, firstColumn: i32): void {
  let target = pass.target
  for (let y = 0; y < pass.height; y++) {
    const row = firstRow + y
    const source = pass.source + <usize>row * pass.sourceStride
    const ready = pass.effect === 0 ? source : effectRow(changetype<Effect>(pass.effect), source, row)
    memory.copy(target, ready + <usize>firstColumn, <usize>pass.width)
    target += pass.targetStride
  }
}
