import { describe, expect, test } from 'vitest'
import { AppError } from '#lib/contracts/errors.ts'
import { calibrateScores } from './calibrate-scores.ts'
import { dropDuplicates } from './drop-duplicates.ts'
import { parseMot } from './parse-mot.ts'
import { readMotDetections } from './read-mot-detections.ts'
import { createRandom } from './testing/random.ts'

function refusal(text: string): AppError {
  try {
    parseMot(text)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('was not refused')
}

describe('a detection file', () => {
  test('is read with commas or blanks, with or without confidence, in any order, past empty lines and comments', () => {
    const text = '# made by hand\r\n2,-1,10,20,30,60,0.5,-1,-1,-1\r\n\n1 -1 11 21 30 60\n'
    const { frames, detections } = readMotDetections(text, { fps: 10 })
    expect(detections).toBe(2)
    expect(frames.map(({ frame, timeS }) => [frame, timeS])).toEqual([
      [0, 0],
      [1, 0.1],
    ])
    expect(frames[0]?.detections).toEqual([{ box: [11, 21, 41, 81], score: 1, className: 'person' }])
    expect(frames[1]?.detections[0]?.score).toBe(0.5)
  })

  test.each([
    ['1,-1,10,20,30,60,0.9\n1,-1,10,ten,30,60,0.9', 'Line 2'],
    ['1,-1,10,20', 'Line 1'],
    ['1,-1,10,20,30,60,0.9\n\n0,-1,10,20,30,60,0.9', 'Line 3'],
    ['1.5,-1,10,20,30,60,0.9', 'Line 1'],
    ['1,-1,10,20,,60,0.9', 'Line 1'],
    ['1,-1,10,20,Infinity,60,0.9', 'Line 1'],
    ['99999999,-1,10,20,30,60,0.9', 'Line 1'],
  ])('that is malformed is refused with the line: %j', (text, line) => {
    const error = refusal(text)
    expect(error.code).toBe('invalid_request')
    expect(error.message).toContain(line)
  })

  test('without lines has no frames, and boxes without area are left out', () => {
    expect(readMotDetections('', { fps: 25 }).frames).toEqual([])
    expect(parseMot('1,-1,10,20,0,60,0.9')).toEqual([])
  })
})

/** Five who walk, seen always, and something seen now and then anywhere; confidences on the scale of `confidence`. */
function walkers(confidence: (isPerson: boolean) => number): string {
  const random = createRandom(4)
  const lines: string[] = []
  for (let frame = 1; frame <= 200; frame++) {
    for (let person = 0; person < 5; person++) {
      lines.push(`${frame},-1,${50 + 120 * person + frame},${100 + 40 * person},40,100,${confidence(true)}`)
    }
    lines.push(`${frame},-1,${900 * random.uniform()},${500 * random.uniform()},40,100,${confidence(false)}`)
  }
  return lines.join('\n')
}

describe('confidences', () => {
  test.each([
    ['percentages', 0, 100],
    ['negative margins', -3, 0.5],
    ['log-odds', -40, 900],
  ])('that are %s become scores that tell what stays from what flashes up', (_, low, high) => {
    const random = createRandom(6)
    const lines = parseMot(
      walkers((isPerson) => low + (high - low) * (isPerson ? 0.4 + 0.6 * random.uniform() : 0.3 * random.uniform())),
    )
    const scores = calibrateScores(lines)
    const isPerson = lines.map(({ confidence }) => confidence > low + 0.35 * (high - low))
    const share = (kind: boolean, holds: (score: number) => boolean) => {
      const members = [...scores].filter((_, index) => isPerson[index] === kind)
      return members.filter(holds).length / members.length
    }
    // All but those near the border between the two.
    expect(share(true, (score) => score > 0.8)).toBeGreaterThan(0.97)
    expect(share(false, (score) => score < 0.3)).toBeGreaterThan(0.85)
  })

  test('that are probabilities stay, and equal ones are certain', () => {
    const random = createRandom(6)
    const lines = parseMot(walkers(() => random.uniform()))
    expect([...calibrateScores(lines)]).toEqual(lines.map(({ confidence }) => confidence))
    expect(new Set(calibrateScores(parseMot(walkers(() => -1))))).toEqual(new Set([1]))
  })

  test('keep their order', () => {
    const random = createRandom(9)
    const lines = parseMot(walkers((isPerson) => 80 * random.uniform() + (isPerson ? 20 : 0)))
    const scores = calibrateScores(lines)
    const order = lines
      .map((_, index) => index)
      .sort((a, b) => (lines[a]?.confidence ?? 0) - (lines[b]?.confidence ?? 0))
    order.forEach((index, rank) => {
      expect(scores[index]).toBeGreaterThanOrEqual((scores[order[rank - 1] ?? index] ?? 0) - 1e-12)
    })
  })
})

describe('second answers for one person', () => {
  const random = createRandom(12)
  /** Pairs of people at chance distances, and for some a weaker second box, a third of a width aside. */
  const crowd = (share: number) => {
    const lines: string[] = []
    for (let frame = 1; frame <= 300; frame++) {
      for (let person = 0; person < 8; person++) {
        const [x, y] = [600 * random.uniform(), 200 * random.uniform()]
        lines.push(`${frame},-1,${x},${y},40,100,${50 + 50 * random.uniform()}`)
        if (random.uniform() < share) lines.push(`${frame},-1,${x + 14},${y + 2},40,100,${30 * random.uniform()}`)
      }
    }
    return parseMot(lines.join('\n'))
  }

  test('are left out where their number shows that they are ones', () => {
    const lines = crowd(0.3)
    const kept = dropDuplicates(lines)
    const weak = (all: readonly { confidence: number }[]) => all.filter(({ confidence }) => confidence < 30).length
    expect(weak(kept)).toBeLessThan(0.1 * weak(lines))
    expect(kept.length - weak(kept)).toBeGreaterThan(0.85 * (lines.length - weak(lines)))
  })

  test('are not suspected where people merely stand close', () => {
    const lines = crowd(0)
    expect(dropDuplicates(lines)).toEqual(lines)
  })
})
