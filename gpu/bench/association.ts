import { trackFrames } from '#lib/core/tracking/track-frames.ts'
import type { FrameDetections } from '#lib/core/tracking/types.ts'

const [OBJECTS, FRAMES, FPS] = [11, 3000, 25]
const [WIDTH, HEIGHT] = [1280, 720]

/** Players on crossing paths, seen with jitter and now and then not at all. Deterministic. */
function detections(): FrameDetections[] {
  let seed = 1
  const random = () => {
    seed = (seed * 48271) % 2147483647
    return seed / 2147483647
  }
  return Array.from({ length: FRAMES }, (_, frame) => ({
    frame,
    timeS: frame / FPS,
    detections: Array.from({ length: OBJECTS }, (_object, index) => index)
      .filter(() => random() > 0.08)
      .map((index) => {
        const x = 100 + (0.5 + 0.5 * Math.sin(frame / (50 + 7 * index) + index)) * 1000 + 4 * random()
        const y = 150 + (0.5 + 0.5 * Math.cos(frame / (60 + 5 * index) + 2 * index)) * 350 + 4 * random()
        return { box: [x, y, x + 40, y + 110] as const, score: 0.5 + random() / 2, className: 'person' }
      }),
  }))
}

/** Frames a second of association alone, offline passes included, the best of `rounds`. */
export function measureAssociation(rounds: number): { readonly objects: number; readonly framesPerSecond: number } {
  const frames = detections()
  const options = {
    algorithm: 'botsort',
    fps: FPS,
    width: WIDTH,
    height: HEIGHT,
    newTrackScore: 0.5,
    lowScore: 0.1,
  } as const
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds + 1; round++) {
    const started = performance.now()
    trackFrames(frames, options)
    // The first one is compiled while it runs.
    if (round > 0) best = Math.min(best, performance.now() - started)
  }
  return { objects: OBJECTS, framesPerSecond: (1000 * FRAMES) / best }
}
