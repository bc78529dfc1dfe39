import { expect, it } from 'vitest'
import { testFolder } from '#gpu/testing/task-context.ts'
import { fitLabels } from './fit-labels.ts'

const MAX_WIDTH = 300

async function drawFitted(...labels: string[]) {
  const tools = { workDir: await testFolder(), limits: { wallS: 30 }, signal: new AbortController().signal }
  return fitLabels(labels, MAX_WIDTH, { ...tools, fontPx: 30, insetPx: 30, width: 420, height: 40 })
}
const widths = (fitted: Awaited<ReturnType<typeof drawFitted>>) => fitted.map(({ left, right }) => right - left)

it('ends what is too long in an ellipsis, as late as it can', async () => {
  const long = 'A label that is much longer than there is room for'
  const fitted = await drawFitted('Goal', long, `${long}, and more`, 'W'.repeat(120))
  const [short = 0, cut = 0, more = 0, wide = 0] = widths(fitted)
  expect(short).toBeGreaterThan(20)
  expect(short).toBeLessThan(100)
  for (const width of [cut, more, wide]) {
    expect(width).toBeLessThanOrEqual(MAX_WIDTH)
    expect(width).toBeGreaterThan(MAX_WIDTH - 60)
  }
  expect(fitted[1]?.mask).toEqual(fitted[2]?.mask)
})

it('takes nothing in a label for a command', async () => {
  const hostile = ['{\\fs200}x', '\\N\\N\\Nx', '{\\p1}m 0 0 l 99 99{\\p0}', '%{pts} $x', "';drop, [in]"]
  const fitted = await drawFitted('x', ...hostile)
  const [plain = 0, ...others] = widths(fitted)
  // Every character is drawn, so all are wider than the letter that would be left.
  for (const width of others) expect(width).toBeGreaterThan(2 * plain)
})

it('draws any script, leaves out what no font has, and may be left with nothing', async () => {
  const fitted = await drawFitted(
    'Ünïcödé العربية',
    '\u{F0000}',
    'Goal\u{F0000}',
    'Goal',
    'e\u0301\u0302\u0303'.repeat(30),
  )
  const [unicode = 0, nothing, private_ = 0, plain = 0] = widths(fitted)
  expect(unicode).toBeGreaterThan(100)
  expect(nothing).toBe(0)
  expect(private_).toBe(plain)
})
