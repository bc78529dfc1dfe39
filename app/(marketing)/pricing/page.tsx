import type { Metadata } from 'next'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { PriceTable } from '#app/(marketing)/_sections/price-table.tsx'
import { TOP_UP_MAX_CENTS, TOP_UP_PRESETS_CENTS } from '#lib/contracts/api/wallet.ts'
import { formatCredits } from '#lib/core/money.ts'
import {
  CEILING_FACTOR,
  MARKUP_BPS,
  MINIMUM_MICROS,
  QUOTE_TTL_MS,
  UNCALIBRATED_GPU_MS_PER_VIDEO_S,
} from '#lib/core/pricing/rate-card.ts'

export const metadata: Metadata = { title: 'Pricing' }

const gpuSecondsPer30s = (UNCALIBRATED_GPU_MS_PER_VIDEO_S.upscale * 30) / 1000

const RULES = [
  [
    'What a second costs',
    `What the GPU costs us, times ${MARKUP_BPS / 10_000}. Waiting in the queue and starting the GPU are free.`,
  ],
  [
    'The estimate',
    `Until enough real jobs are measured: ${gpuSecondsPer30s} GPU seconds for 30 seconds of video. Your quote shows it for your clip.`,
  ],
  [
    'The ceiling',
    `${CEILING_FACTOR} times the estimate. It is reserved when you press Run and never exceeded; what is not used goes back.`,
  ],
  ['The smallest charge', `${formatCredits(MINIMUM_MICROS)} credit for a job that succeeds.`],
  ['How long a price holds', `${QUOTE_TTL_MS / 60_000} minutes.`],
  ['Cancelling', 'You pay the seconds used so far, shown before you confirm. Nothing if the GPU has not started.'],
  ['When we fail', 'You pay nothing, whatever it cost us. The whole reservation is released by itself.'],
] as const

export default function Pricing() {
  const presets = TOP_UP_PRESETS_CENTS.map((cents) => `$${cents / 100}`).join(', ')
  return (
    <article className="mx-auto w-full max-w-4xl px-4 pt-10 sm:px-8 sm:pt-16">
      <h1 className="text-display font-extrabold">Prices</h1>
      <p className="mt-6 max-w-2xl text-lg text-muted">
        One credit is one US cent. You add credits when you need them ({presets}, or any amount up to $
        {TOP_UP_MAX_CENTS / 100}); they do not expire and there is no subscription.
      </p>
      <div className="mt-10 rounded-xl border border-line bg-surface p-5 sm:p-8">
        <PriceTable />
        <p className="mt-4 text-sm text-muted">
          In credits, for upscaling. “At most” is the ceiling of the quote. Your quote names the GPU that will do the
          work.
        </p>
      </div>
      <h2 className="mt-16 text-headline font-bold">The rules, all of them</h2>
      <dl className="mt-6">
        {RULES.map(([term, text]) => (
          <div key={term} className="grid gap-1 border-t border-line py-4 sm:grid-cols-[14rem_1fr] sm:gap-6">
            <dt className="font-semibold">{term}</dt>
            <dd className="text-muted">{text}</dd>
          </div>
        ))}
      </dl>
      <ButtonLink href="/sign-in?callbackUrl=%2Flibrary" tone="primary" size="lg" className="mt-8">
        Get a quote for your clip
      </ButtonLink>
    </article>
  )
}
