import { expect, it } from 'vitest'
import { SCENARIOS } from './scenarios.ts'
import { describeTrials, tryCamera } from './try-camera.ts'

const SIZES = [
  { widthPx: 1920, heightPx: 1080, framesPerSecond: 50 },
  { widthPx: 1280, heightPx: 720, framesPerSecond: 25 },
  { widthPx: 640, heightPx: 360, framesPerSecond: 10 },
]

it.each(SCENARIOS)('films %s at every size and frame rate', (scenario) => {
  const trials = SIZES.flatMap((size) =>
    Array.from({ length: 8 }, (_, i) => tryCamera(scenario, { ...size, durationS: 30, seed: 100 + i })),
  )
  console.info(describeTrials(trials))
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const shares = { ball: mean(trials.map(({ ball }) => ball)), carrier: mean(trials.map(({ carrier }) => carrier)) }
  const jerk = mean(trials.map((trial) => trial.jerk / trial.truthJerk))
  console.info(scenario, shares, { jerk })
  if (scenario !== 'no_ball') {
    expect(shares.ball).toBeGreaterThanOrEqual(0.97)
    expect(shares.carrier).toBeGreaterThanOrEqual(0.97)
  }
  expect(jerk).toBeLessThan(0.5)
  for (const { topSpeed } of trials) expect(topSpeed).toBeLessThanOrEqual(1.5)
})
