/**
 * One plane resampled to one rectangle of another: what the host writes into memory before it calls `resample`. All fields are four
 * bytes wide; their order is repeated in `kernel/records.ts`. Addresses are bytes from the start of memory.
 */
@unmanaged
export class Pass {
  source: usize
  sourceStride: usize
  /** Rows of the source; weights of rows past the last are zero. */
  sourceHeight: i32
  target: usize
  targetStride: usize
  /** Of the rectangle made. */
  width: i32
  height: i32
  /** For each column: first source column (i32), then `xTaps` weights (i16, 14 fraction bits); a multiple of 8 taps. */
  xStarts: usize
  xWeights: usize
  xTaps: i32
  /** The same for rows; an even number of taps. */
  yStarts: usize
  yWeights: usize
  yTaps: i32
  /** Source rows already resampled across, as i16 with 6 fraction bits; row `r` is at `r % ringRows`. */
  ring: usize
  ringStride: usize
  ringRows: i32
  /** The first source row that is not in the ring yet. Set to 0 before each pass. */
  nextRow: i32
  /** Added before the 20 fraction bits are dropped: half for rounding, more where the weights sum to less than one. */
  bias: i32
  /** An `Effect` that source rows go through first, or 0. */
  effect: usize
  /** Room for one row made, where writing past its end would hurt. 16 bytes longer than the row. */
  row: usize
}
