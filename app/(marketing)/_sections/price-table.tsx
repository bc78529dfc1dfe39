import { TaskRequest } from '#lib/contracts/tasks/index.ts'
import { formatCredits } from '#lib/core/money.ts'
import { quotePrice } from '#lib/core/pricing/quote-price.ts'
import { GPU_CLASSES, type GpuClass, MARKUP_BPS } from '#lib/core/pricing/rate-card.ts'

const EXAMPLE_S = 30
/** A match clip as phones record it: 720p at 30 frames a second. */
const EXAMPLE_REQUEST = TaskRequest.parse({ task: 'upscale', params: {} })
const EXAMPLE = { duration_s: EXAMPLE_S, frames: EXAMPLE_S * 30, width: 1280, height: 720 }

/** A rate in credits with the four decimals it needs: 1,320 micros a second → "0.1320". */
function creditsPerSecond(rateMicros: number): string {
  return ((rateMicros * MARKUP_BPS) / 10_000 / 10_000).toFixed(4)
}

/** The rate card and one worked example, from the same code that prices a real quote. */
export function PriceTable() {
  const classes = Object.keys(GPU_CLASSES) as GpuClass[]
  return (
    <table className="w-full border-collapse text-left">
      <caption className="sr-only">Prices by GPU, in credits of one cent</caption>
      <thead>
        <tr className="border-b-2 border-text text-sm">
          <th scope="col" className="py-3 pr-3 font-semibold">
            GPU
          </th>
          <th scope="col" className="py-3 pr-3 text-right font-semibold">
            per second
          </th>
          <th scope="col" className="py-3 text-right font-semibold">
            {EXAMPLE_S} s of 720p
          </th>
          <th scope="col" className="py-3 pl-3 text-right font-semibold max-sm:hidden">
            at most
          </th>
        </tr>
      </thead>
      <tbody>
        {classes.map((gpuClass) => {
          const price = quotePrice({ request: EXAMPLE_REQUEST, facts: EXAMPLE, gpuClass })
          return (
            <tr key={gpuClass} className="tabular border-b border-line">
              <th scope="row" className="py-3.5 pr-3 font-semibold">
                {GPU_CLASSES[gpuClass].label}
              </th>
              <td className="py-3.5 pr-3 text-right text-muted">{creditsPerSecond(price.rateMicrosPerSecond)}</td>
              <td className="py-3.5 text-right text-lg font-bold">
                {formatCredits(price.estimateMicros, 'up')}
                <span className="block text-xs font-medium text-muted sm:hidden">
                  at most {formatCredits(price.ceilingMicros, 'up')}
                </span>
              </td>
              <td className="py-3.5 pl-3 text-right text-muted max-sm:hidden">
                {formatCredits(price.ceilingMicros, 'up')}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
