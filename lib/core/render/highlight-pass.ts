import type { Arena } from './arena.ts'
import { BlurPass } from './blur-pass.ts'
import type { Highlight } from './compositor.ts'
import type { FrameSize } from './frame-size.ts'
import type { Ellipse } from './highlight.ts'
import type { Kernel } from './kernel/instantiate-kernel.ts'
import { EFFECT_FIELDS, ELLIPSE_FIELDS, type EllipseRecord, writeRecord } from './kernel/records.ts'
import { planarFrame } from './planar-frame.ts'
import { colourSamples } from './ring-colour.ts'

/** At 1080 source lines; scaled with the height. */
const BLUR_SIGMA = 8
const FEATHER_SIGMA = 3.5
const RING_WIDTH = 4
const RING_GLOW_REACH = 16

const GLOW = 0.45
/** Share of the brightness that a spotlight leaves outside. */
const SPOTLIGHT_KEPT = 0.3
/** Standard deviations after which an edge is over. */
const FEATHER_REACH = 3.5
/** The most ellipses of one frame: as many as a request has regions, and some. */
const MOST_ELLIPSES = 512
const SMALLEST_RADIUS = 0.05
const ONE = 32767

const KINDS = { spotlight: 1, blur: 2, ring: 3 } as const

export interface HighlightPlane {
  readonly kind: 'luma' | 'chroma'
  /** 0 luma, 1 Cb, 2 Cr. */
  readonly index: 0 | 1 | 2
  /** Where the plane starts. */
  readonly source: number
  /** Columns that are needed. */
  readonly first: number
  readonly end: number
}

/** Prepares the kernel's highlight records on one lane. */
export class HighlightPass {
  readonly #view: DataView
  readonly #scale: number
  readonly #limited: boolean
  readonly #record: number
  readonly #ellipses: number
  readonly #mask: number
  readonly #output: number
  readonly #blurredRow: number
  readonly #blur: BlurPass

  constructor(memory: ArrayBufferLike, arena: Arena, source: FrameSize, range: 'limited' | 'full') {
    this.#view = new DataView(memory)
    this.#scale = source.height / 1080
    this.#limited = range === 'limited'
    this.#record = arena.take(4 * EFFECT_FIELDS.length)
    this.#ellipses = arena.take(4 * ELLIPSE_FIELDS.length * MOST_ELLIPSES)
    this.#mask = arena.take(2 * (source.width + 32))
    this.#output = arena.take(source.width + 32)
    this.#blurredRow = arena.take(source.width + 48)
    this.#blur = new BlurPass(memory, arena, planarFrame(source), BLUR_SIGMA * this.#scale)
  }

  /** Address of the record that source rows of a plane go through. There must be an ellipse. */
  prepare(kernel: Kernel, highlight: Highlight, plane: HighlightPlane): number {
    const { effect, ellipses } = highlight
    if (ellipses.length > MOST_ELLIPSES) throw new RangeError(`at most ${MOST_ELLIPSES} ellipses in a frame`)
    const luma = plane.kind === 'luma'
    const first = 16 * Math.floor(plane.first / 16)
    const end = 16 * Math.ceil(plane.end / 16)
    const presence = Math.max(...ellipses.map((ellipse) => unit(ellipse.presence)))
    const width = Math.max(2, RING_WIDTH * this.#scale)
    // A chroma sample covers two luma pixels, so its edges are twice as soft.
    const transition = luma ? 1 : 2
    const sigma = FEATHER_SIGMA * this.#scale
    const glowReach = Math.max(4, RING_GLOW_REACH * this.#scale)
    const reach = effect === 'ring' ? Math.max(glowReach, (width + transition) / 2) : FEATHER_REACH * sigma
    this.#writeEllipses(ellipses, reach)
    writeRecord(this.#view, this.#record, EFFECT_FIELDS, {
      kind: KINDS[effect],
      firstColumn: first,
      endColumn: end,
      step: luma ? 1 : 2,
      rowOrigin: luma ? 0.5 : 1,
      ellipses: this.#ellipses,
      count: ellipses.length,
      // The whole effect is as strong as the ellipse that is most there.
      outside: effect === 'ring' ? 0 : Math.round(ONE * (1 - presence)),
      mask: this.#mask,
      output: this.#output,
      zero: luma ? (this.#limited ? 16 : 0) : 128,
      kept: Math.round(ONE * SPOTLIGHT_KEPT),
      blur: effect === 'blur' ? this.#blur.prepare(kernel, plane.kind, plane.source, first, end) : 0,
      blurred: this.#blurredRow,
      colour: colourSamples(highlight, this.#limited)[plane.index],
      feather: 1 / (sigma * Math.SQRT2),
      strokeReach: (width + transition) / 2,
      strokeSlope: 1 / transition,
      glowReach,
      glow: GLOW,
    })
    return this.#record
  }

  #writeEllipses(ellipses: readonly Ellipse[], reach: number): void {
    for (const [index, ellipse] of ellipses.entries()) {
      const address = this.#ellipses + 4 * ELLIPSE_FIELDS.length * index
      writeRecord(this.#view, address, ELLIPSE_FIELDS, ellipseRecord(ellipse, reach))
    }
  }
}

function ellipseRecord(ellipse: Ellipse, reach: number): EllipseRecord {
  const radiusX = Math.max(SMALLEST_RADIUS, ellipse.radiusX)
  const radiusY = Math.max(SMALLEST_RADIUS, ellipse.radiusY)
  const [smaller, larger] = [Math.min(radiusX, radiusY), Math.max(radiusX, radiusY)]
  return {
    x: ellipse.x,
    y: ellipse.y,
    inverseX: 1 / radiusX,
    inverseY: 1 / radiusY,
    level: ONE * unit(ellipse.opacity) * unit(ellipse.presence),
    // A point of the ellipse scaled by k is at least |1 − k| times the smaller radius away from its edge.
    inner: 1 - reach / smaller,
    outer: 1 + reach / smaller,
    guard: 1e-6 / larger ** 2,
  }
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value))
}
