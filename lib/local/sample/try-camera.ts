import { AutoCropParams } from '#lib/contracts/tasks/auto-crop.ts'
import { type PlannedCrop, planCrop } from '#lib/core/auto-crop/plan-crop.ts'
import { autoCropSize } from '#lib/core/media/rendered-size.ts'
import { type CameraScore, measureCamera } from './measure-camera.ts'
import { observeMatch, TYPICAL_ERRORS } from './observe-match.ts'
import { type FilmedMatch, filmScenario, type Scenario, type ScenarioOptions } from './scenarios.ts'

export interface CameraTrial extends CameraScore {
  readonly scenario: Scenario
  readonly seed: number
  readonly planned: PlannedCrop
  readonly match: FilmedMatch
}

/** Stages a scenario, observes it as a tracker would, plans the crop and measures it against the truth. */
export function tryCamera(
  scenario: Scenario,
  options: ScenarioOptions,
  params: Partial<AutoCropParams> = {},
): CameraTrial {
  const { seed } = options
  const match = filmScenario(scenario, options)
  const tracks = observeMatch(match, { ...TYPICAL_ERRORS, seed }, scenario !== 'no_ball')
  const parsed = AutoCropParams.parse(params)
  const times = match.moments.map(({ timeS }) => timeS)
  const planned = planCrop({ tracks, times, cuts: match.cuts, params: parsed, output: autoCropSize(parsed) })
  const score = measureCamera(match, tracks, planned.keyframes, parsed.max_pan_speed)
  return { scenario, seed, planned, match, ...score }
}

/** One line per trial, for people. */
export function describeTrials(trials: readonly CameraTrial[]): string {
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(9)
  const rows = trials.map((trial) => {
    const { scenario, seed, ball, bestBall, carrier, jerk, followingJerk, truthJerk, keyframes, topSpeed } = trial
    return [
      scenario.padEnd(14),
      String(seed).padStart(4),
      ...[ball, bestBall, carrier, trial.planned.followed].map(percent),
      ...[jerk, followingJerk, truthJerk].map((value) => value.toFixed(1).padStart(9)),
      String(keyframes).padStart(9),
      topSpeed.toFixed(2).padStart(9),
    ].join('')
  })
  const head = ['ball in', 'best', 'carrier', 'followed', 'jerk', 'seen jerk', 'true jerk', 'keyframes', 'top speed']
  return [
    `${'scenario'.padEnd(14)}seed${head.map((name) => name.padStart(name.length > 8 ? 10 : 9)).join('')}`,
    ...rows,
  ].join('\n')
}
