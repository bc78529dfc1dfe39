import { ReceiptView } from '#lib/contracts/api/jobs.ts'

const NOW = Date.now()

export const receipt = ReceiptView.parse({
  job_id: 'job_match',
  task: 'upscale',
  state: 'succeeded',
  input_name: 'Embers v Tide, second half.mp4',
  created_at_ms: NOW - 180_000,
  finished_at_ms: NOW - 60_000,
  quote_id: 'quo_1',
  ceiling_micros: 105_600,
  hold_id: 'hld_1',
  captured_micros: 21_120,
  released_micros: 84_480,
  calculation: {
    gpu_ms: 16_000,
    rate_micros_per_second: 440,
    markup_bps: 30_000,
    minimum_micros: 10_000,
    gpu_class: 'RTX 4090',
  },
  transfers: [
    { id: 'trf_1', kind: 'hold', debit: 'available', credit: 'held', amount_micros: 105_600, at_ms: NOW - 180_000 },
    { id: 'trf_2', kind: 'capture', debit: 'held', credit: 'revenue', amount_micros: 21_120, at_ms: NOW - 60_000 },
    { id: 'trf_3', kind: 'release', debit: 'held', credit: 'available', amount_micros: 84_480, at_ms: NOW - 60_000 },
  ],
  attempts: [
    { number: 1, state: 'lost', runpod_job_id: 'a5c1-u1', execution_ms: null, billed: false },
    { number: 2, state: 'completed', runpod_job_id: 'b772-u1', execution_ms: 16_000, billed: true },
  ],
  funding: [
    {
      top_up_id: 'top_1',
      stripe_payment_intent: 'pi_3QxExample',
      stripe_charge: 'ch_3QxExample',
      paid_with: 'Visa •••• 4242',
      receipt_url: null,
      amount_micros: 10_000_000,
      part_micros: 16_120,
      at_ms: NOW - 90_000_000,
    },
  ],
  unfunded: { promo_micros: 5_000, other_micros: 0 },
  given_back: null,
})
