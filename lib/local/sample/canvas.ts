import { clamp01 } from './noise.ts'

export type Rgb = readonly [number, number, number]

/** A float frame (0–255 per channel) with the few antialiased shapes the match is drawn from. */
export class Canvas {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: Float32Array

  constructor(widthPx: number, heightPx: number) {
    this.widthPx = widthPx
    this.heightPx = heightPx
    this.data = new Float32Array(widthPx * heightPx * 3)
  }

  blend(x: number, y: number, color: Rgb, alpha: number): void {
    if (alpha <= 0 || x < 0 || y < 0 || x >= this.widthPx || y >= this.heightPx) return
    const i = (y * this.widthPx + x) * 3
    const d = this.data
    d[i] = (d[i] ?? 0) + (color[0] - (d[i] ?? 0)) * alpha
    d[i + 1] = (d[i + 1] ?? 0) + (color[1] - (d[i + 1] ?? 0)) * alpha
    d[i + 2] = (d[i + 2] ?? 0) + (color[2] - (d[i + 2] ?? 0)) * alpha
  }

  fillRect(x: number, y: number, width: number, height: number, color: Rgb, alpha = 1): void {
    for (let py = Math.round(y); py < Math.round(y + height); py++) {
      for (let px = Math.round(x); px < Math.round(x + width); px++) this.blend(px, py, color, alpha)
    }
  }

  /**
   * A capsule from a to b whose radius goes from `ra` to `rb`, lit from the upper left when `lit` is set.
   * Coordinates and radii in pixels.
   */
  capsule(s: {
    ax: number
    ay: number
    ra: number
    bx: number
    by: number
    rb: number
    color: Rgb
    alpha?: number
    lit?: boolean
    /** Edge softness in pixels: 1 is plain antialiasing. */
    soft?: number
  }): void {
    const soft = s.soft ?? 1
    const reach = Math.max(s.ra, s.rb) + soft
    const x0 = Math.max(0, Math.floor(Math.min(s.ax, s.bx) - reach))
    const x1 = Math.min(this.widthPx - 1, Math.ceil(Math.max(s.ax, s.bx) + reach))
    const y0 = Math.max(0, Math.floor(Math.min(s.ay, s.by) - reach))
    const y1 = Math.min(this.heightPx - 1, Math.ceil(Math.max(s.ay, s.by) + reach))
    const dx = s.bx - s.ax
    const dy = s.by - s.ay
    const lengthSquared = dx * dx + dy * dy || 1e-6
    const alpha = s.alpha ?? 1
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const t = clamp01(((x - s.ax) * dx + (y - s.ay) * dy) / lengthSquared)
        const ox = x - s.ax - dx * t
        const oy = y - s.ay - dy * t
        const radius = s.ra + (s.rb - s.ra) * t
        const cover = clamp01((radius - Math.hypot(ox, oy)) / soft + 0.5)
        if (cover <= 0) continue
        const light = s.lit ? 1.02 - (0.3 * (ox * 0.75 + oy * 0.55)) / Math.max(radius, 0.5) : 1
        this.blend(x, y, [s.color[0] * light, s.color[1] * light, s.color[2] * light], cover * alpha)
      }
    }
  }
}
