import type { Camera } from './camera.ts'
import { type CameraTurn, filmMatch, type Size } from './film-match.ts'
import { type TruthFrame, truthOf } from './match-truth.ts'
import { type Play, type StagedMoment, stageMatch } from './stage-match.ts'

/** Matches that are hard to film upright, each for one reason. */
export const SCENARIOS = [
  'open_play',
  'panning',
  'cuts',
  'long_pass',
  'breakaway',
  'two_balls',
  'no_ball',
  'crowded',
  'empty_stretch',
] as const
export type Scenario = (typeof SCENARIOS)[number]

/** A match that was never played: what it looks like and where everything is. */
export interface FilmedMatch extends Size {
  readonly framesPerSecond: number
  readonly moments: readonly StagedMoment[]
  readonly cameras: readonly Camera[]
  /** First frames of new shots. */
  readonly cuts: readonly number[]
  readonly truth: readonly TruthFrame[]
}

export interface ScenarioOptions extends Size {
  readonly seed: number
  readonly durationS: number
  readonly framesPerSecond: number
}

const STAND = { x: 0, y: -62, z: 18 }
const WIDE: CameraTurn = { untilS: Infinity, position: STAND, fovDeg: 58, aim: { x: 0, y: 1 } }
const PANNING: CameraTurn = { ...WIDE, fovDeg: 34, aim: { x: 0, y: 2, follow: 0.8 } }
const OPEN_PLAY = { holdS: [1, 2.6], passM: [9, 22], kickOff: { x: -8, y: 2 } } as const

/** When the camera of `empty_stretch` looks away from the match. */
export const EMPTY_STRETCH_S = { start: 5, end: 11 } as const

function direct(scenario: Scenario, durationS: number): { play: Partial<Play>; turns: readonly CameraTurn[] } {
  switch (scenario) {
    case 'open_play':
    case 'no_ball':
      return { play: {}, turns: [WIDE] }
    case 'panning':
      return { play: {}, turns: [PANNING] }
    case 'cuts': {
      const corner: CameraTurn = { ...PANNING, position: { x: -35, y: -58, z: 14 }, fovDeg: 38 }
      const turns = [PANNING, corner, WIDE, PANNING]
      return { play: {}, turns: turns.map((turn, i) => ({ ...turn, untilS: (durationS * (i + 1)) / turns.length })) }
    }
    case 'long_pass':
      return { play: { passM: [30, 45], holdS: [1.6, 2.8] }, turns: [WIDE] }
    case 'breakaway':
      return { play: { breakawayAtS: durationS * 0.3, kickOff: { x: -22, y: 4 } }, turns: [{ ...PANNING, fovDeg: 44 }] }
    case 'two_balls':
      return { play: { spareBall: true }, turns: [WIDE] }
    case 'crowded':
      return { play: { holdS: [0.6, 1.4], passM: [4, 9] }, turns: [{ ...PANNING, fovDeg: 26 }] }
    case 'empty_stretch': {
      // Grass near the corner flag, nobody there.
      const away: CameraTurn = { ...WIDE, position: { x: -42, y: -62, z: 14 }, fovDeg: 16, aim: { x: -42, y: -26 } }
      const { start, end } = EMPTY_STRETCH_S
      return { play: { kickOff: { x: 6, y: 2 } }, turns: [{ ...WIDE, untilS: start }, { ...away, untilS: end }, WIDE] }
    }
  }
}

/** Stages and films a scenario: deterministic, quick (no picture is drawn). */
export function filmScenario(scenario: Scenario, options: ScenarioOptions): FilmedMatch {
  const { widthPx, heightPx, seed, durationS, framesPerSecond } = options
  const { play, turns } = direct(scenario, durationS)
  const moments = stageMatch({ ...OPEN_PLAY, ...play, seed, durationS, framesPerSecond })
  const { cameras, cuts } = filmMatch(moments, turns, { widthPx, heightPx })
  const truth = moments.map((moment, frame) => truthOf(moment, cameras[frame] as Camera))
  return { widthPx, heightPx, framesPerSecond, moments, cameras, cuts, truth }
}
