import type { DetectScenesParams, DetectScenesResult, Scene } from '#lib/contracts/tasks/detect-scenes.ts'

export interface ScoredFrames {
  /** One per frame: how surely a new scene begins with it. */
  readonly scores: readonly number[]
  /** Presentation times, seconds, one per frame, ascending. */
  readonly times: readonly number[]
  /** Where the last frame ends, seconds. */
  readonly endTime: number
}

/**
 * Scenes from scores: every frame whose score reaches the threshold begins one, strongest first, unless that leaves a scene shorter
 * than the minimum, which stays with its neighbour. The same scores give the same scenes in the worker and under the browser's slider.
 */
export function splitScenes(
  { scores, times, endTime }: ScoredFrames,
  { threshold, min_scene_length: shortest }: Pick<DetectScenesParams, 'threshold' | 'min_scene_length'>,
): DetectScenesResult {
  const timeOf = (frame: number) => times[frame] ?? endTime
  const candidates = scores
    .flatMap((score, frame) => (frame > 0 && score >= threshold ? [{ frame, score }] : []))
    .sort((a, b) => b.score - a.score || a.frame - b.frame)
  const starts = new SortedFrames([0, scores.length])
  for (const { frame } of candidates) {
    const [before, after] = starts.around(frame)
    // Times are decimal seconds: a scene of exactly the minimum must not be lost to rounding.
    const enough = shortest - 1e-6
    if (timeOf(frame) - timeOf(before) >= enough && timeOf(after) - timeOf(frame) >= enough) starts.add(frame)
  }
  const scenes: Scene[] = starts.ranges().map(([start, end]) => ({
    start_frame: start,
    end_frame: end,
    start_time: timeOf(start),
    end_time: timeOf(end),
  }))
  const [first, last] = [timeOf(0), endTime]
  return { scenes, total_scenes: scenes.length, avg_scene_length: (last - first) / scenes.length }
}

/** Ascending frames; a match has a few thousand cuts at most. */
class SortedFrames {
  readonly #frames: number[]

  constructor(frames: number[]) {
    this.#frames = frames
  }

  /** The neighbours below and from `frame` on. */
  around(frame: number): readonly [number, number] {
    const at = this.#position(frame)
    return [this.#frames[at - 1] ?? 0, this.#frames[at] ?? frame]
  }

  add(frame: number): void {
    this.#frames.splice(this.#position(frame), 0, frame)
  }

  ranges(): (readonly [number, number])[] {
    return this.#frames.slice(1).map((end, index) => [this.#frames[index] ?? 0, end] as const)
  }

  #position(frame: number): number {
    let [low, high] = [0, this.#frames.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#frames[middle] ?? 0) < frame) low = middle + 1
      else high = middle
    }
    return low
  }
}
