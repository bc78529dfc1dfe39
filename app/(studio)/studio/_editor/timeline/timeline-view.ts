/** Which part of the video the timeline shows. */
export interface TimelineView {
  readonly startS: number
  readonly pxPerS: number
  readonly widthPx: number
  readonly durationS: number
}

/** One frame at 60 frames a second is then this wide at most. */
const MAX_PX_PER_S = 60 * 24

/** The whole video. */
export function fitView(durationS: number, widthPx: number): TimelineView {
  return { startS: 0, pxPerS: fitScale(durationS, widthPx), widthPx, durationS }
}

/** Zooms by a factor so that what is under `x` (pixels) stays there. */
export function zoomView(view: TimelineView, factor: number, x: number): TimelineView {
  const anchorS = timeAt(view, x)
  const pxPerS = clamp(view.pxPerS * factor, fitScale(view.durationS, view.widthPx), MAX_PX_PER_S)
  return within({ ...view, pxPerS, startS: anchorS - x / pxPerS })
}

export function scrollView(view: TimelineView, px: number): TimelineView {
  return within({ ...view, startS: view.startS + px / view.pxPerS })
}

/** The same part in another width; a view of the whole stays one. */
export function resizeView(view: TimelineView, widthPx: number, durationS: number): TimelineView {
  const whole = view.pxPerS <= fitScale(view.durationS, view.widthPx) * 1.001
  return whole ? fitView(durationS, widthPx) : within({ ...view, widthPx, durationS })
}

/** Turns the page when a time has left the view, and not before. */
export function followTime(view: TimelineView, timeS: number): TimelineView {
  const x = xOf(view, timeS)
  if (x >= 0 && x <= view.widthPx) return view
  return within({ ...view, startS: timeS - (0.1 * view.widthPx) / view.pxPerS })
}

export function timeAt(view: TimelineView, x: number): number {
  return clamp(view.startS + x / view.pxPerS, 0, view.durationS)
}

export function xOf(view: TimelineView, timeS: number): number {
  return (timeS - view.startS) * view.pxPerS
}

function within(view: TimelineView): TimelineView {
  const pxPerS = clamp(view.pxPerS, fitScale(view.durationS, view.widthPx), MAX_PX_PER_S)
  const shownS = view.widthPx / pxPerS
  return { ...view, pxPerS, startS: clamp(view.startS, 0, Math.max(0, view.durationS - shownS)) }
}

function fitScale(durationS: number, widthPx: number): number {
  return Math.min(MAX_PX_PER_S, Math.max(1, widthPx) / Math.max(0.1, durationS))
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
