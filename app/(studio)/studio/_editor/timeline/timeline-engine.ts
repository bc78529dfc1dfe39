import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { drawTimeline } from './draw-timeline.ts'
import { type Hit, hitTest } from './hit-test.ts'
import { type PlacedLane, placeLanes } from './lanes.ts'
import { type Palette, readPalette, watchTheme } from './palette.ts'
import { fitView, followTime, resizeView, scrollView, type TimelineView, zoomView } from './timeline-view.ts'

/** The canvas: knows what it shows, draws at most once per screen frame, and only when something changed. */
export class TimelineEngine {
  view: TimelineView
  lanes: readonly PlacedLane[]
  /** Where an edge being dragged has snapped to. */
  snapS: number | null = null
  onLanes: (lanes: readonly PlacedLane[]) => void = () => {}
  readonly #studio: Studio
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  #palette: Palette
  #frame = 0
  readonly #stops: (() => void)[] = []

  constructor(studio: Studio, canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d')
    if (!context) throw new Error('this browser draws no canvas')
    const { playback, session, media } = studio
    this.#studio = studio
    this.#canvas = canvas
    this.#context = context
    this.#palette = readPalette(canvas.parentElement ?? document.body)
    this.view = fitView(playback.store.get().clock.endS, canvas.clientWidth || 300)
    this.lanes = placeLanes(session.document)
    const resize = new ResizeObserver(() => this.#resized())
    resize.observe(canvas)
    this.#stops.push(
      () => resize.disconnect(),
      watchTheme(() => {
        this.#palette = readPalette(canvas.parentElement ?? document.body)
        this.redraw()
      }),
      session.store.subscribe(() => this.#edited()),
      playback.store.subscribe(() => this.#played()),
      media.store.subscribe(() => this.redraw()),
    )
    this.#resized()
  }

  close(): void {
    cancelAnimationFrame(this.#frame)
    for (const stop of this.#stops) stop()
  }

  show(view: TimelineView): void {
    this.view = view
    this.redraw()
  }

  /** Around a place, in pixels; around the playhead when none is named and it is seen. */
  zoom(factor: number, x?: number): void {
    const playhead = (this.#studio.playback.timeS - this.view.startS) * this.view.pxPerS
    const seen = playhead >= 0 && playhead <= this.view.widthPx
    this.show(zoomView(this.view, factor, x ?? (seen ? playhead : this.view.widthPx / 2)))
  }

  scroll(px: number): void {
    this.show(scrollView(this.view, px))
  }

  fit(): void {
    this.show(fitView(this.view.durationS, this.view.widthPx))
  }

  hit(x: number, y: number, pointer: string): Hit {
    const { session, playback } = this.#studio
    const { selected } = session.store.get()
    return hitTest({ x, y, pointer }, this.lanes, this.view, session.document, selected, playback.store.get().clock)
  }

  redraw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw())
  }

  #edited(): void {
    const lanes = placeLanes(this.#studio.session.document)
    if (lanes.length !== this.lanes.length) {
      this.lanes = lanes
      this.onLanes(lanes)
    }
    this.redraw()
  }

  #played(): void {
    const { clock, playing } = this.#studio.playback.store.get()
    if (clock.endS !== this.view.durationS) this.view = resizeView(this.view, this.view.widthPx, clock.endS)
    if (playing) this.view = followTime(this.view, this.#studio.playback.timeS)
    this.redraw()
  }

  #resized(): void {
    const { clientWidth, clientHeight } = this.#canvas
    if (clientWidth === 0) return
    const ratio = window.devicePixelRatio || 1
    this.#canvas.width = Math.round(clientWidth * ratio)
    this.#canvas.height = Math.round(clientHeight * ratio)
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.view = resizeView(this.view, clientWidth, this.#studio.playback.store.get().clock.endS)
    this.#draw()
  }

  #draw(): void {
    this.#frame = 0
    const { session, playback, media } = this.#studio
    const { selected, keyframes, overlay, suggested, markInS } = session.store.get()
    const scene = {
      view: this.view,
      palette: this.#palette,
      clock: playback.store.get().clock,
      document: session.document,
      media,
      selected,
      keyframes,
      overlay,
      suggested,
      playheadS: playback.timeS,
      markInS,
      snapS: this.snapS,
    }
    drawTimeline(this.#context, scene, this.lanes)
  }
}
