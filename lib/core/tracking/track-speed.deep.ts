import { expect, test } from 'vitest'
import { degradeLabels } from './testing/degrade-labels.ts'
import { createRandom } from './testing/random.ts'
import type { LabelledBox, Labels } from './testing/score-tracks.ts'
import { trackFrames } from './track-frames.ts'
import type { FrameDetections } from './types.ts'

const SIZE = { fps: 25, width: 1280, height: 720 }

/** Players who run about on their own curves. */
function match(players: number, frames: number): FrameDetections[] {
  const random = createRandom(players)
  const curves = Array.from({ length: players }, () => Array.from({ length: 6 }, () => random.uniform()))
  const truth: Labels = new Map(
    Array.from({ length: frames }, (_, frame): [number, LabelledBox[]] => {
      const boxes = curves.map(([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0], id): LabelledBox => {
        const x = 640 + 560 * Math.sin((0.2 + a) * (frame / 60) + 6 * b) * Math.cos(c * (frame / 40) + 6 * d)
        const y = 400 + 200 * Math.sin((0.2 + e) * (frame / 70) + 6 * f)
        return { id, box: [x - 20, y - 50, 40, 100] }
      })
      return [frame + 1, boxes]
    }),
  )
  return degradeLabels(truth, frames, SIZE.fps, random)
}

/** Processor seconds of this thread per frame, the best of a few runs: what else runs on the machine counts little. */
function secondsPerFrame(players: number, frames: number): number {
  const scene = match(players, frames)
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 4; run++) {
    const before = process.threadCpuUsage()
    trackFrames(scene, { algorithm: 'botsort', newTrackScore: 0.5, lowScore: 0.1, ...SIZE })
    const { user, system } = process.threadCpuUsage(before)
    best = Math.min(best, (user + system) / 1e6 / frames)
  }
  return best
}

test('association takes time in proportion to the length of a video, and not much more than to the number of players', () => {
  const short = secondsPerFrame(11, 500)
  const long = secondsPerFrame(11, 5000)
  const crowded = secondsPerFrame(22, 1000)
  const perS = (seconds: number) => Math.round(1 / seconds).toLocaleString('en')
  console.log(`11 players: ${perS(short)} frames/s over 20 s, ${perS(long)} over 200 s; 22 players: ${perS(crowded)}`)
  expect(long / short).toBeLessThan(2)
  expect(crowded / long).toBeLessThan(5)
})
