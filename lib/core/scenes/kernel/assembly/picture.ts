/** One of the two pictures compared: where its parts are in memory. The host writes them and the records (`kernel/block-matcher.ts`). */
@unmanaged
export class Picture {
  luma: usize
  /** Half the size of luma, rounded up. */
  cb: usize
  cr: usize
  /** `f32` a block, row by row. */
  activity: usize
  /** Room for every fourth sample of every fourth row of luma. */
  coarse: usize
  width: i32
  height: i32
  /** Whole blocks, and where the first begins. */
  columns: i32
  rows: i32
  left: i32
  top: i32
}

/** Detail of the block nearest to a position, which need not be on the grid. */
export function activityAt(picture: Picture, x: i32, y: i32): f64 {
  const column = nearestBlock(x - picture.left, picture.columns)
  const row = nearestBlock(y - picture.top, picture.rows)
  return <f64>load<f32>(picture.activity + ((<usize>(row * picture.columns + column)) << 2))
}

function nearestBlock(offset: i32, blocks: i32): i32 {
  // Half a block is rounded up.
  return min(blocks - 1, max(0, (offset + 4) >> 3))
}
