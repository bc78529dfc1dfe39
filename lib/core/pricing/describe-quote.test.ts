import { expect, test } from 'vitest'
import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { calibrate, calibrationClass } from './calibration.ts'
import { describeQuote } from './describe-quote.ts'
import { quotePrice } from './quote-price.ts'

const request = TaskRequest.parse({ task: 'upscale', params: {} })
const facts = (seconds: number) => ({ duration_s: seconds, frames: 30 * seconds, width: 1280, height: 720 })

test('a price by the table says so', () => {
  const price = quotePrice({ request, facts: facts(30), gpuClass: 'rtx-4000-ada' })
  expect(describeQuote(price)).toEqual({
    gpu_class: 'RTX 4000 Ada',
    breakdown: [
      {
        label: 'Expected GPU time',
        detail: '60 s on RTX 4000 Ada at 0.093 credits a second, estimated: too few jobs like it have run yet.',
        amount_micros: 55_800,
      },
      {
        label: 'Safety margin',
        detail: 'Held, not spent: covers up to 5× the expected time. What is not used comes back at once.',
        amount_micros: 223_200,
      },
    ],
  })
})

test('a measured one says from how many jobs', () => {
  const runs = Array.from({ length: 40 }, (_, index) => ({ userId: `u${index}`, workSeconds: 10, gpuMs: 20_000 }))
  const calibration = calibrate(calibrationClass(request, facts(3), 'a40'), runs)
  const { breakdown } = describeQuote(quotePrice({ request, facts: facts(3), gpuClass: 'a40', calibration }))
  expect(breakdown[0]?.detail).toBe('6.0 s on A40 at 0.075 credits a second, measured from 40 finished jobs like it.')
  expect(breakdown[1]?.detail).toMatch(
    /^Held, not spent: covers up to \d+ s, more than nine of ten such jobs took\. What/,
  )
})

test('times below ten seconds have a decimal, others none', () => {
  const detail = (seconds: number) =>
    describeQuote(quotePrice({ request, facts: facts(seconds), gpuClass: 'a40' })).breakdown[0]?.detail
  expect(detail(4.9)).toMatch(/^9\.8 s on/)
  expect(detail(5)).toMatch(/^10 s on/)
})
