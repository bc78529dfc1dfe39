import { associateOnline } from './associate-online.ts'
import { type CameraPath, stabilise } from './camera-path.ts'
import { type Chains, createChains } from './chain.ts'
import { dropGhosts } from './drop-ghosts.ts'
import { exchangeTails } from './exchange-tails.ts'
import type { Scene } from './explain-absence.ts'
import { joinTracklets } from './join-tracklets.ts'
import type { MotionNoise } from './kalman.ts'
import type { Observation, Tracklet } from './observation.ts'
import { smoothChains } from './smooth-chains.ts'
import { TUNING } from './tuning.ts'

export interface FollowOptions {
  readonly fps: number
  readonly newTrackScore: number
  /** Of the picture, pixels. */
  readonly width: number
  readonly height: number
}

/** Online association with the default motion model: good enough to learn the camera's path and a better model from. */
export function roughTracklets(
  frames: readonly (readonly Observation[])[],
  times: readonly number[],
  newTrackScore: number,
): Tracklet[] {
  return associateOnline(frames, times, {
    strongScore: newTrackScore * TUNING.online.strong,
    newTrackScore: newTrackScore * TUNING.online.start,
    noise: TUNING.motion,
  })
}

/**
 * People, or other things that move like them, of one class: online association, then what a finished video allows. Answers tracklets
 * in stabilised coordinates, gaps filled with observations of score 0.
 * @param frames observations by frame, pixels of the frame
 * @param noise how they move and are measured
 */
export function followThings(
  frames: readonly (readonly Observation[])[],
  times: readonly number[],
  camera: CameraPath,
  noise: MotionNoise,
  options: FollowOptions,
): Tracklet[] {
  const { fps, newTrackScore, width, height } = options
  const stable = frames.map((seen) => seen.map((one) => stabilise(camera, one)))
  const scene: Scene = { frames: stable, times, camera, width, height }
  const tracklets = associateOnline(stable, times, {
    strongScore: newTrackScore * TUNING.online.strong,
    newTrackScore: newTrackScore * TUNING.online.start,
    noise,
  })
  const chains = createChains(tracklets, times.length, noise)
  exchangeTails(chains)
  for (const gapS of [0.5, 1]) joinTracklets(chains, scene, gapS, TUNING.join.gate)
  dropGhosts(chains, TUNING.ghosts.early * newTrackScore, 1 / fps)
  for (let round = 0; round < TUNING.join.rounds; round++) {
    const gate = arrivalCost(chains, scene)
    exchangeTails(chains)
    for (let gapS = 0.5; gapS <= TUNING.join.gapS; gapS *= 2) joinTracklets(chains, scene, gapS, gate)
  }
  exchangeTails(chains)
  dropGhosts(chains, newTrackScore, 1 / fps)
  return smoothChains(chains, scene)
}

/**
 * What a join may cost: minus twice the logarithm of how often something new appears in this video, per second and per area of a
 * squared height. Where people come and go all the time, a new one is the better explanation sooner.
 */
function arrivalCost({ links }: Chains, { times, width, height }: Scene): number {
  const begin = times[0] ?? 0
  const durationS = 1 + (times.at(-1) ?? 0) - begin
  const starts = links.filter(({ before, seen }) => before === undefined && seen.timeS > begin + 0.5)
  const heights = Float64Array.from(starts.length > 0 ? starts : links, ({ seen }) => seen.height).sort()
  const unit = Math.max(1, heights[heights.length >> 1] ?? 1)
  const rate = (starts.length + 1) / durationS / ((width * height) / unit ** 2)
  return TUNING.join.offset - 2 * Math.log(rate)
}
