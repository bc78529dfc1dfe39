import { batchBytes, chromaSize, type FrameLayout, framePlanes, sampleBytes } from '#gpu/media/frames.ts'
import { copyPlane } from './planes.ts'
import type { Tile, TilePlan } from './tiles.ts'

export interface TiledRunOptions {
  readonly layout: FrameLayout
  readonly scale: number
  readonly tiles: TilePlan
  readonly runTile: (input: ArrayBuffer, output: ArrayBuffer, tile: Tile) => Promise<void>
}

/** One plane of a frame. */
interface Plane {
  readonly bytes: Uint8Array
  /** Bytes from one row to the next. */
  readonly stride: number
  readonly rows: number
  /** Bytes of the plane to one pixel of the frame, across: 1, half for 4:2:0 chroma, twice as many for two-byte samples. */
  readonly bytesPerPixel: number
  readonly rowsPerPixel: number
}

/** Runs frames tile by tile through one pair of tile buffers. */
export class TiledRun {
  readonly #options: TiledRunOptions
  readonly #tileIn: FrameLayout
  readonly #tileOut: FrameLayout
  readonly #input: ArrayBuffer
  readonly #output: ArrayBuffer

  constructor(options: TiledRunOptions) {
    this.#options = options
    const { width, height } = options.tiles
    this.#tileIn = { ...options.layout, batch: 1, width, height }
    this.#tileOut = enlarged(this.#tileIn, options.scale)
    this.#input = new ArrayBuffer(batchBytes(this.#tileIn))
    this.#output = new ArrayBuffer(batchBytes(this.#tileOut))
  }

  async frames(input: ArrayBuffer, output: ArrayBuffer, count: number, stopped: () => boolean): Promise<void> {
    const { layout, scale, tiles, runTile } = this.#options
    const [tileIn, tileOut] = [planesOf(this.#input, this.#tileIn, 0), planesOf(this.#output, this.#tileOut, 0)]
    for (let frame = 0; frame < count; frame++) {
      const from = planesOf(input, layout, frame)
      const to = planesOf(output, enlarged(layout, scale), frame)
      for (const tile of tiles.tiles) {
        if (stopped()) return
        for (const [index, plane] of from.entries()) cut(plane, tileIn[index], tile)
        await runTile(this.#input, this.#output, tile)
        for (const [index, plane] of to.entries()) paste(tileOut[index], plane, tile, scale)
      }
    }
  }
}

const enlarged = (layout: FrameLayout, scale: number): FrameLayout => ({
  ...layout,
  width: layout.width * scale,
  height: layout.height * scale,
})

function planesOf(buffer: ArrayBuffer, layout: FrameLayout, frame: number): Plane[] {
  const { luma, chroma } = framePlanes(buffer, layout, frame)
  const sample = sampleBytes(layout)
  const { width, height } = chromaSize(layout)
  const half = layout.format === 'rgb' ? 1 : 2
  const small = { stride: width * sample, rows: height, bytesPerPixel: sample / half, rowsPerPixel: 1 / half }
  return [
    { bytes: luma, stride: layout.width * sample, rows: layout.height, bytesPerPixel: sample, rowsPerPixel: 1 },
    { bytes: chroma.subarray(0, chroma.length / 2), ...small },
    { bytes: chroma.subarray(chroma.length / 2), ...small },
  ]
}

function cut(from: Plane, to: Plane | undefined, tile: Tile): void {
  if (to === undefined) throw new Error('frame and tile have the same planes')
  copyPlane({
    from: from.bytes,
    fromStride: from.stride,
    fromX: tile.x * from.bytesPerPixel,
    fromY: tile.y * from.rowsPerPixel,
    to: to.bytes,
    toStride: to.stride,
    toX: 0,
    toY: 0,
    width: to.stride,
    height: to.rows,
  })
}

function paste(from: Plane | undefined, to: Plane, { x, y, keep }: Tile, scale: number): void {
  if (from === undefined) throw new Error('frame and tile have the same planes')
  const [across, down] = [scale * to.bytesPerPixel, scale * to.rowsPerPixel]
  copyPlane({
    from: from.bytes,
    fromStride: from.stride,
    fromX: (keep.left - x) * across,
    fromY: (keep.top - y) * down,
    to: to.bytes,
    toStride: to.stride,
    toX: keep.left * across,
    toY: keep.top * down,
    width: (keep.right - keep.left) * across,
    height: (keep.bottom - keep.top) * down,
  })
}
