import { describe, expect, it } from 'vitest'
import { cropsOf } from './measure-camera.ts'
import { EMPTY_STRETCH_S, SCENARIOS } from './scenarios.ts'
import { describeTrials, tryCamera } from './try-camera.ts'

const SMALL = { widthPx: 640, heightPx: 360, durationS: 14, framesPerSecond: 25 }
const trials = SCENARIOS.flatMap((scenario) => [11, 12].map((seed) => tryCamera(scenario, { ...SMALL, seed })))
console.info(describeTrials(trials))

describe.each(trials)('auto-crop of a match: $scenario, seed $seed', (trial) => {
  it.skipIf(trial.scenario === 'no_ball')('keeps the ball and its player in frame', () => {
    expect(trial.ball).toBeGreaterThanOrEqual(0.95 * trial.bestBall)
    expect(trial.carrier).toBeGreaterThanOrEqual(0.95)
  })

  it('moves with at most half of the jerk of following', () => {
    expect(trial.jerk).toBeLessThanOrEqual(0.5 * trial.truthJerk)
    if (trial.scenario !== 'no_ball') expect(trial.jerk).toBeLessThanOrEqual(0.02 * trial.followingJerk)
  })

  it('keeps the speed limit with tens of keyframes, and jumps at every cut of the film', () => {
    expect(trial.topSpeed).toBeLessThanOrEqual(1.5)
    expect(trial.keyframes).toBeLessThan(4 * SMALL.durationS)
    const jumps = trial.planned.keyframes.filter(({ cut }) => cut).map(({ frame }) => frame)
    expect(jumps).toEqual(expect.arrayContaining([...trial.match.cuts]))
  })
})

it('finds the action without a ball for most of the time', () => {
  const share = trials.filter(({ scenario }) => scenario === 'no_ball').map(({ ball }) => ball)
  expect(Math.min(...share)).toBeGreaterThan(0.6)
})

it('shows the whole picture in the empty stretch and only there', () => {
  for (const { scenario, planned, match } of trials) {
    const { start, end } = EMPTY_STRETCH_S
    for (const [frame, crop] of cropsOf(planned.keyframes, match.truth.length).entries()) {
      const timeS = match.truth[frame]?.timeS ?? 0
      const empty = scenario === 'empty_stretch' && timeS >= start && timeS < end
      expect(crop.width === match.widthPx, `${scenario} at ${timeS} s`).toBe(empty)
    }
  }
})

it('is calmer the more smoothing is asked for', () => {
  for (const scenario of ['open_play', 'long_pass', 'panning'] as const) {
    const jerks = [0, 0.25, 0.5, 0.75, 1].map(
      (smoothing) => tryCamera(scenario, { ...SMALL, seed: 13 }, { smoothing }).jerk,
    )
    for (const [i, jerk] of jerks.slice(1).entries()) expect(jerk).toBeLessThan((jerks[i] ?? 0) * 1.05)
  }
})
