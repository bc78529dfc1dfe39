'use client'

import { useState } from 'react'
import { shortFacts } from '#app/_components/asset/describe-facts.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { UpscaleModelName } from '#lib/contracts/tasks/upscale.ts'
import { proposeParams } from './propose-params.ts'
import { QuoteCard } from './quote-card.tsx'
import { RunQuote } from './run-quote.tsx'
import { UpscaleForm } from './upscale-form.tsx'
import { useQuote } from './use-quote.ts'

/** Settings, their price, and the button. */
export function UpscalePanel({
  assetId,
  facts,
  models,
}: {
  assetId: string
  facts: MediaFacts
  models: readonly UpscaleModelName[]
}) {
  const [params, setParams] = useState(() => proposeParams(facts, models))
  const quote = useQuote(assetId, params)
  return (
    <section aria-labelledby="upscale" className="flex flex-col gap-5 rounded-xl border border-line bg-surface p-5">
      <h2 id="upscale" className="text-lg font-semibold">
        Upscale
      </h2>
      <UpscaleForm params={params} facts={facts} models={models} onChange={setParams} />
      <QuoteCard state={quote} input={shortFacts(facts)} />
      <RunQuote state={quote} back={`/library/${assetId}`} />
    </section>
  )
}
