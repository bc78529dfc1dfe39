import { requireMicros } from '#lib/core/money.ts'
import { systemAccountId } from './accounts.ts'
import { nonZero, type TransferDraft } from './transfer-draft.ts'

/** What one attempt cost us at RunPod, out of the credit we paid in there. Ours: no user's statement shows it. */
export function planGpuCost(input: { attemptId: string; amountMicros: number }): TransferDraft[] {
  const { attemptId } = input
  const amountMicros = requireMicros(input.amountMicros)
  if (amountMicros < 0) throw new RangeError(`GPU time cannot cost ${amountMicros} micros`)
  return nonZero([
    {
      kind: 'gpu_cost',
      debitAccountId: systemAccountId('gpu_cost'),
      creditAccountId: systemAccountId('runpod_prepaid'),
      amountMicros,
      causeType: 'attempt',
      causeId: attemptId,
      idempotencyKey: `gpu_cost:${attemptId}`,
      holdId: null,
      settlementId: null,
      userId: null,
      expects: null,
    },
  ])
}
