/**
 * Makes a match with known truth: `match.mp4`, `truth.json` (boxes of every player and the ball, per frame), `tracks.json` (what a
 * tracker would report) and `scenes.json` (cuts), for measuring trackers and cameras.
 *
 *     node lib/local/sample/make-match.ts --scenario long_pass --seed 1 --seconds 14 --size 640x360 --out folder
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { observeMatch, TYPICAL_ERRORS } from './observe-match.ts'
import { filmScenario, SCENARIOS, type Scenario } from './scenarios.ts'
import { writeFilmed } from './write-filmed.ts'

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'open_play' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '14' },
    size: { type: 'string', default: '640x360' },
    fps: { type: 'string', default: '25' },
    out: { type: 'string', default: '.' },
  },
})
const scenario = SCENARIOS.find((name) => name === values.scenario) satisfies Scenario | undefined
if (scenario === undefined) throw new RangeError(`The scenarios are: ${SCENARIOS.join(', ')}.`)
const [widthPx = 640, heightPx = 360] = values.size.split('x').map(Number)
const seed = Number(values.seed)
const match = filmScenario(scenario, {
  ...{ widthPx, heightPx, seed },
  durationS: Number(values.seconds),
  framesPerSecond: Number(values.fps),
})
await mkdir(values.out, { recursive: true })
const tracks = observeMatch(match, { ...TYPICAL_ERRORS, seed }, scenario !== 'no_ball')
await writeFile(join(values.out, 'truth.json'), JSON.stringify(match.truth))
await writeFile(join(values.out, 'tracks.json'), JSON.stringify(tracks))
await writeFile(join(values.out, 'scenes.json'), JSON.stringify({ cuts: match.cuts }))
await writeFilmed(match, join(values.out, 'match.mp4'))
