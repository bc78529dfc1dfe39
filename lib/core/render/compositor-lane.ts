import type { Rectangle } from '#lib/contracts/geometry.ts'
import type { Arena } from './arena.ts'
import { BackdropPass } from './backdrop-pass.ts'
import type { ComposeRequest, CompositorPlan, Highlight } from './compositor.ts'
import { type Axis, lanczos3 } from './filter-taps.ts'
import { HighlightPass } from './highlight-pass.ts'
import type { Kernel } from './kernel/instantiate-kernel.ts'
import { LabelPass } from './label-pass.ts'
import { type Placement, placeCrop } from './place-crop.ts'
import { type Plane, planarFrame } from './planar-frame.ts'
import { type PassSpec, ResamplePass } from './resample-pass.ts'

/** Steps computed two ways may differ in their last bits, and one tap more must then still find room. */
const STEP_NOISE = 1 + 1e-9

/** One thread's working memory and the order of the work: highlight and scale each plane, fill the bars, lay the label over. */
export class CompositorLane {
  readonly #plan: CompositorPlan
  readonly #scale: ResamplePass
  readonly #highlight: HighlightPass
  readonly #backdrop: BackdropPass
  readonly #label: LabelPass

  constructor(memory: ArrayBufferLike, arena: Arena, plan: CompositorPlan) {
    const { source, output, range, largestLabel = { width: 0, height: 0 } } = plan
    this.#plan = plan
    const step = STEP_NOISE * Math.max(1, source.width / output.width, source.height / output.height)
    this.#scale = new ResamplePass(memory, arena, { kernel: lanczos3, source, target: output, step })
    this.#highlight = new HighlightPass(memory, arena, source, range)
    this.#backdrop = new BackdropPass(memory, arena, output)
    this.#label = new LabelPass(memory, arena, output, largestLabel)
  }

  /** Addresses of a source and a target frame. */
  compose(kernel: Kernel, { crop, highlight, label }: ComposeRequest, source: number, target: number): void {
    requireFinite(crop)
    const placement = placeCrop(crop, this.#plan.source, this.#plan.output)
    const effect = highlight && highlight.ellipses.length > 0 ? highlight : undefined
    for (const index of [0, 1, 2] as const) this.#composePlane(kernel, index, placement, effect, source, target)
    if (placement.contained) {
      const black = this.#plan.range === 'limited' ? 16 : 0
      this.#backdrop.fill(kernel, target, placement.box, black)
    }
    if (label) this.#label.blend(kernel, target, label)
  }

  #composePlane(
    kernel: Kernel,
    index: 0 | 1 | 2,
    { box, view }: Placement,
    highlight: Highlight | undefined,
    source: number,
    target: number,
  ): void {
    const kind = index === 0 ? 'luma' : 'chroma'
    const from = planarFrame(this.#plan.source)[index]
    const to = planarFrame(this.#plan.output)[index]
    const per = index === 0 ? 1 : 2
    const spec: PassSpec = {
      source: source + from.offset,
      sourceStride: from.width,
      target: target + to.offset + (box.y / per) * to.width + box.x / per,
      targetStride: to.width,
      x: horizontalAxis(view, box, from, per),
      y: verticalAxis(view, box, from, per),
    }
    const columns = this.#scale.prepare(kind, spec)
    const plain = isCopy(spec.x) && isCopy(spec.y)
    const [first, end] = plain ? [spec.x.origin, spec.x.origin + spec.x.count] : [columns.first, columns.end]
    if (highlight) {
      const plane = { kind, index, source: spec.source, first, end: Math.min(end, from.width) } as const
      this.#scale.filterSource(this.#highlight.prepare(kernel, highlight, plane))
    }
    if (plain) kernel.copyRows(this.#scale.record, spec.y.origin, spec.x.origin)
    else kernel.resample(this.#scale.record)
  }
}

/**
 * Chroma of 4:2:0 is sited as in MPEG-2 and H.264's default: on the left luma column of a pair (`2 i + ½`), between its two rows
 * (`2 j + 1`), in pixels whose edges are integers.
 */
function horizontalAxis(view: Rectangle, box: Rectangle, from: Plane, per: number): Axis {
  const step = view.width / box.width
  const origin = (view.x + 0.5 * step - 0.5) / per
  return { kernel: lanczos3, sourceCount: from.width, count: Math.ceil(box.width / per), origin: snap(origin), step }
}

function verticalAxis(view: Rectangle, box: Rectangle, from: Plane, per: number): Axis {
  const step = view.height / box.height
  const origin = (view.y + 0.5 * per * step) / per - 0.5
  return { kernel: lanczos3, sourceCount: from.height, count: Math.ceil(box.height / per), origin: snap(origin), step }
}

/** Rounding noise must not turn a copy into a resampling. */
function snap(position: number): number {
  const nearest = Math.round(position)
  return Math.abs(position - nearest) < 1e-9 ? nearest : position
}

function isCopy({ origin, step, count, sourceCount }: Axis): boolean {
  return step === 1 && Number.isInteger(origin) && origin >= 0 && origin + count <= sourceCount
}

function requireFinite({ x, y, width, height }: Rectangle): void {
  if (![x, y, width, height].every(Number.isFinite) || width <= 0 || height <= 0)
    throw new RangeError(`a crop needs finite numbers and a size: ${x},${y} ${width}×${height}`)
}
