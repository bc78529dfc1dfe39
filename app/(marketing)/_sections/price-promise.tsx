import { ShieldCheck } from 'lucide-react'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { PriceTable } from './price-table.tsx'

export function PricePromise() {
  return (
    <section aria-labelledby="price" className="mt-28 border-y border-line bg-surface">
      <div className="mx-auto grid w-full max-w-7xl gap-12 px-4 py-16 sm:px-8 lg:grid-cols-[5fr_6fr] lg:items-center lg:py-24">
        <div>
          <h2 id="price" className="text-headline font-bold">
            Pay for GPU seconds, not for a subscription
          </h2>
          <p className="mt-5 text-lg text-muted">
            Credits cost one cent each. A job reserves its ceiling, is measured while it runs, and gives back the rest.
            The price is what the GPU costs us, times three. That is the whole formula.
          </p>
          <p className="mt-8 flex gap-3 rounded-lg bg-grass-wash p-4 font-semibold text-grass">
            <ShieldCheck aria-hidden className="mt-0.5 size-5 shrink-0" />
            If we fail, you pay nothing. The whole reservation goes back to your wallet by itself.
          </p>
        </div>
        <div>
          <PriceTable />
          <p className="mt-4 text-sm text-muted">In credits. One credit is one US cent.</p>
          <ButtonLink href="/pricing" size="sm" className="mt-5">
            How prices are made
          </ButtonLink>
        </div>
      </div>
    </section>
  )
}
