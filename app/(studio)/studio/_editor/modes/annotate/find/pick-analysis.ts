import { isLive } from '#app/_components/data/poll-delay.ts'
import type { AnalysisView } from '#lib/contracts/api/jobs.ts'
import type { AnalysisKind, ProductView } from '#lib/contracts/products.ts'

export interface PickedAnalysis {
  /** The newest whose file is still there. */
  readonly product: ProductView | null
  /** One that is being made. */
  readonly live: AnalysisView | null
  /** The newest of all came to nothing. */
  readonly failed: boolean
}

/** `analyses`: newest first. */
export function pickAnalysis(analyses: readonly AnalysisView[], kind: AnalysisKind): PickedAnalysis {
  const mine = analyses.filter((analysis) => analysis.kind === kind)
  return {
    product: mine.find(({ state, product }) => state === 'succeeded' && product?.url)?.product ?? null,
    live: mine.find(({ state }) => isLive(state)) ?? null,
    failed: mine[0]?.state === 'failed',
  }
}
