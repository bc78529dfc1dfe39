import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testFolder } from '#gpu/testing/task-context.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { trackDetections } from './track-detections.ts'

/** Two who walk towards each other; confidences in per cent. */
function walkers(): string {
  const lines: string[] = []
  for (let frame = 1; frame <= 50; frame++) {
    lines.push(`${frame},-1,${100 + 4 * frame},200,40,100,${60 + (frame % 30)},-1,-1,-1`)
    lines.push(`${frame},-1,${700 - 4 * frame},220,40,100,${55 + (frame % 40)},-1,-1,-1`)
  }
  return lines.join('\n')
}

async function files(text: string): Promise<{ input: string; output: string }> {
  const dir = await testFolder()
  const [input, output] = [join(dir, 'det.txt'), join(dir, 'results', 'res.txt')]
  await writeFile(input, text)
  return { input, output }
}

async function refusal(argv: string[]): Promise<AppError> {
  const error = await trackDetections(argv).catch((reason: unknown) => reason)
  if (error instanceof AppError) return error
  throw new Error('was not refused')
}

describe('track-detections', () => {
  test('writes MOT lines in order and reports what it did', async () => {
    const { input, output } = await files(walkers())
    const report = await trackDetections(['--input', input, '--output', output, '--params', '{"fps":10,"width":768}'])
    expect(report).toMatchObject({ status: 'completed', frames: 50, detections: 100, tracks: 2 })
    expect(report.frames_per_second).toBeGreaterThan(0)
    const rows = (await readFile(output, 'utf8')).trim().split('\n')
    expect(rows).toHaveLength(100)
    const numbers = rows.map((row) => row.split(',').map(Number))
    expect(numbers.every((row) => row.length === 10 && row.every(Number.isFinite))).toBe(true)
    expect(numbers.map(([frame, id]) => [frame, id])).toEqual(
      Array.from({ length: 100 }, (_, index) => [1 + (index >> 1), 1 + (index % 2)]),
    )
    expect(numbers[0]?.slice(2, 6).map(Math.round)).toEqual([104, 200, 40, 100])
  })

  test('an empty file has no tracks', async () => {
    const { input, output } = await files('')
    expect(await trackDetections(['--input', input, '--output', output])).toMatchObject({ frames: 0, tracks: 0 })
    expect(await readFile(output, 'utf8')).toBe('')
  })

  test('says what is wrong, and where', async () => {
    const { input, output } = await files(`${walkers()}\n51,-1,oops`)
    const place = ['--input', input, '--output', output]
    expect((await refusal(place)).message).toContain('Line 101')
    expect((await refusal([...place, '--params', '{"fps":0}'])).field).toBe('fps')
    expect((await refusal([...place, '--params', '{"pfs":10}'])).field).toBe('pfs')
    expect((await refusal([...place, '--params', '{'])).field).toBe('params')
    expect((await refusal(['--output', output])).field).toBe('input')
    expect((await refusal(['--input', input])).field).toBe('output')
    expect((await refusal(['--input', join(input, 'none'), '--output', output])).field).toBe('input')
  })
})
