import type { BoundingBox } from '#lib/contracts/geometry.ts'
import type { Detection } from '#lib/core/tracking/types.ts'
import { anchorCount, type DetectorHead, GRID_STRIDES } from './detector-graph.ts'
import type { Letterbox, Size } from './letterbox.ts'

export interface ClassWanted {
  readonly name: string
  /** Least score of a detection that is kept. */
  readonly floor: number
}

/** Centre and size in pixels of the network's input. */
type CentreBox = readonly [x: number, y: number, width: number, height: number]
type ReadBox = (frame: Float32Array, anchor: number) => CentreBox

/**
 * One frame of a wrapped detector's output, [4 + classes, anchors], as detections in pixels of the displayed frame, clipped to it, before
 * suppression. Which class an anchor belongs to is decided by the suppression, class by class.
 */
export function decodeHead(
  frame: Float32Array,
  head: DetectorHead,
  letterbox: Letterbox,
  classes: readonly ClassWanted[],
): Detection[] {
  const anchors = anchorCount(letterbox.input)
  if (frame.length !== (4 + classes.length) * anchors) throw new Error(`a detector answered ${frame.length} numbers`)
  const readBox = head === 'yolox' ? gridReader(letterbox.input) : pixelReader(anchors)
  const found: Detection[] = []
  for (const [index, { name, floor }] of classes.entries()) {
    const first = (4 + index) * anchors
    for (let anchor = 0; anchor < anchors; anchor++) {
      const score = frame[first + anchor] ?? 0
      if (!(score >= floor)) continue
      const box = toSource(readBox(frame, anchor), letterbox)
      if (box !== undefined) found.push({ box, score: Math.min(1, score), className: name })
    }
  }
  return found
}

/** YOLOX: centre = (offset + cell)·stride, size = e^offset·stride (Ge et al., 2021). */
function gridReader(input: Size): ReadBox {
  const anchors = anchorCount(input)
  const grids: { first: number; columns: number; stride: number }[] = []
  let next = 0
  for (const stride of GRID_STRIDES) {
    const columns = input.width / stride
    grids.push({ first: next, columns, stride })
    next += columns * (input.height / stride)
  }
  return (frame, anchor) => {
    const grid = grids.findLast(({ first }) => anchor >= first)
    if (grid === undefined) throw new Error(`there is no anchor ${anchor}`)
    const cell = anchor - grid.first
    const at = (row: number) => frame[row * anchors + anchor] ?? 0
    return [
      (at(0) + (cell % grid.columns)) * grid.stride,
      (at(1) + Math.floor(cell / grid.columns)) * grid.stride,
      Math.exp(at(2)) * grid.stride,
      Math.exp(at(3)) * grid.stride,
    ]
  }
}

/** YOLOv8 decodes boxes itself. */
function pixelReader(anchors: number): ReadBox {
  return (frame, anchor) => {
    const at = (row: number) => frame[row * anchors + anchor] ?? 0
    return [at(0), at(1), at(2), at(3)]
  }
}

/** Out of the letterbox; `undefined` when nothing of the box is in the picture. */
function toSource(
  [x, y, width, height]: CentreBox,
  { source, content, left, top }: Letterbox,
): BoundingBox | undefined {
  const horizontal = (value: number) =>
    Math.max(0, Math.min(source.width, ((value - left) * source.width) / content.width))
  const vertical = (value: number) =>
    Math.max(0, Math.min(source.height, ((value - top) * source.height) / content.height))
  const [x1, x2] = [horizontal(x - width / 2), horizontal(x + width / 2)]
  const [y1, y2] = [vertical(y - height / 2), vertical(y + height / 2)]
  return x2 > x1 && y2 > y1 ? [x1, y1, x2, y2] : undefined
}
