/** Brightness on a grid; row by row, 0–255. */
export interface LumaPlane {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** Averages `factor` × `factor` pixels of an 8-bit plane into one; what is left over at the right and below is dropped. */
export function reduceLuma(luma: Uint8Array, stride: number, lines: number, factor: number): LumaPlane {
  const [width, height] = [Math.floor(stride / factor), Math.floor(lines / factor)]
  const data = new Float32Array(width * height)
  const share = 1 / (factor * factor)
  for (let y = 0; y < height; y++) {
    const target = y * width
    for (let line = y * factor; line < (y + 1) * factor; line++) {
      let from = line * stride
      for (let x = target; x < target + width; x++) {
        let sum = 0
        for (let end = from + factor; from < end; from++) sum += luma[from] as number
        data[x] = (data[x] as number) + sum * share
      }
    }
  }
  return { width, height, data }
}

/** Half the size, each pixel the mean of four. */
export function halve({ width, height, data }: LumaPlane): LumaPlane {
  const [columns, rows] = [width >> 1, height >> 1]
  const half = new Float32Array(columns * rows)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = 2 * y * width + 2 * x
      const above = (data[at] as number) + (data[at + 1] as number)
      half[y * columns + x] = (above + (data[at + width] as number) + (data[at + width + 1] as number)) / 4
    }
  }
  return { width: columns, height: rows, data: half }
}

/** A plane and its halves, largest first. */
export type Pyramid = readonly [LumaPlane, ...LumaPlane[]]

export function pyramidOf(plane: LumaPlane, levels: number): Pyramid {
  const planes: [LumaPlane, ...LumaPlane[]] = [plane]
  for (let level = 1; level < levels; level++) planes.push(halve(planes[level - 1] as LumaPlane))
  return planes
}
