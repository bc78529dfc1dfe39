import { GoodwillView, WalletSettingsView } from '#lib/contracts/api/spending.ts'

const DAY_MS = 86_400_000
const now = Date.now()
const credits = (count: number) => count * 10_000

const auto = {
  state: 'on',
  terms: { threshold_micros: credits(200), amount_cents: 2_000, monthly_cap_cents: 10_000 },
  month_cents: 4_000,
  month_ends_at_ms: now - (now % DAY_MS) + 9 * DAY_MS,
  in_flight: false,
  declines: 0,
  next_try_at_ms: null,
}

export const settings = WalletSettingsView.parse({
  spend_cap_micros: credits(1_000),
  spent_today_micros: credits(412.6),
  day_ends_at_ms: now - (now % DAY_MS) + DAY_MS,
  low_balance_micros: credits(200),
  card: { brand: 'visa', last4: '4242', exp_month: 4, exp_year: 2030 },
  card_pending: false,
  auto_top_up: auto,
})
export const noSettings = WalletSettingsView.parse({
  ...settings,
  spend_cap_micros: null,
  low_balance_micros: null,
  card: null,
  auto_top_up: { ...auto, state: 'off', terms: null, month_cents: 0 },
})
export const stoppedSettings = WalletSettingsView.parse({
  ...settings,
  spent_today_micros: credits(1_000),
  auto_top_up: { ...auto, state: 'stopped', declines: 3 },
})
export const goodwill = GoodwillView.parse({
  state: 'offered',
  refusal: null,
  amount_micros: 21_120,
  promo_micros: 5_000,
  until_ms: now + 12 * DAY_MS,
  left: 3,
})
