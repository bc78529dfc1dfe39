import { batchBytes, type FrameLayout, framePlanes } from '#gpu/media/frames.ts'
import { copyPlane } from './planes.ts'
import type { Tile, TilePlan } from './tiles.ts'

export interface TiledRunOptions {
  readonly layout: FrameLayout
  readonly scale: number
  readonly tiles: TilePlan
  readonly runTile: (input: ArrayBuffer, output: ArrayBuffer) => Promise<void>
}

/** A plane's place in a frame: luma, or one of the two chroma planes at half size. */
interface Plane {
  readonly half: 1 | 2
  readonly index: 0 | 1
}
const PLANES: readonly Plane[] = [
  { half: 1, index: 0 },
  { half: 2, index: 0 },
  { half: 2, index: 1 },
]

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
    this.#tileIn = { batch: 1, width, height }
    this.#tileOut = { batch: 1, width: width * options.scale, height: height * options.scale }
    this.#input = new ArrayBuffer(batchBytes(this.#tileIn))
    this.#output = new ArrayBuffer(batchBytes(this.#tileOut))
  }

  async frames(input: ArrayBuffer, output: ArrayBuffer, count: number, stopped: () => boolean): Promise<void> {
    const { layout, scale, tiles, runTile } = this.#options
    const outLayout: FrameLayout = { batch: layout.batch, width: layout.width * scale, height: layout.height * scale }
    for (let frame = 0; frame < count; frame++) {
      for (const tile of tiles.tiles) {
        if (stopped()) return
        for (const plane of PLANES) this.#cut(planeOf(input, layout, frame, plane), tile, plane)
        await runTile(this.#input, this.#output)
        for (const plane of PLANES) this.#paste(planeOf(output, outLayout, frame, plane), tile, plane)
      }
    }
  }

  #cut(from: PlaneView, tile: Tile, plane: Plane): void {
    const to = planeOf(this.#input, this.#tileIn, 0, plane)
    const [fromX, fromY] = [tile.x / plane.half, tile.y / plane.half]
    copyPlane({
      from: from.bytes,
      fromStride: from.width,
      fromX,
      fromY,
      to: to.bytes,
      toStride: to.width,
      toX: 0,
      toY: 0,
      width: to.width,
      height: to.height,
    })
  }

  #paste(to: PlaneView, tile: Tile, plane: Plane): void {
    const from = planeOf(this.#output, this.#tileOut, 0, plane)
    const at = (pixels: number) => (pixels * this.#options.scale) / plane.half
    const { left, top, right, bottom } = tile.keep
    copyPlane({
      from: from.bytes,
      fromStride: from.width,
      fromX: at(left - tile.x),
      fromY: at(top - tile.y),
      to: to.bytes,
      toStride: to.width,
      toX: at(left),
      toY: at(top),
      width: at(right - left),
      height: at(bottom - top),
    })
  }
}

interface PlaneView {
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}

function planeOf(buffer: ArrayBuffer, layout: FrameLayout, frame: number, plane: Plane): PlaneView {
  const { luma, chroma } = framePlanes(buffer, layout, frame)
  const [width, height] = [Math.ceil(layout.width / plane.half), Math.ceil(layout.height / plane.half)]
  if (plane.half === 1) return { bytes: luma, width, height }
  return { bytes: chroma.subarray(plane.index * width * height, (plane.index + 1) * width * height), width, height }
}
