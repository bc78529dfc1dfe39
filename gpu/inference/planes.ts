/** A rectangle of one plane, copied row by row into another plane; lengths across are bytes. */
export interface PlaneCopy {
  readonly from: Uint8Array
  readonly fromStride: number
  readonly fromX: number
  readonly fromY: number
  readonly to: Uint8Array
  readonly toStride: number
  readonly toX: number
  readonly toY: number
  readonly width: number
  readonly height: number
}

export function copyPlane(copy: PlaneCopy): void {
  for (let row = 0; row < copy.height; row++) {
    const start = (copy.fromY + row) * copy.fromStride + copy.fromX
    copy.to.set(copy.from.subarray(start, start + copy.width), (copy.toY + row) * copy.toStride + copy.toX)
  }
}
