import { ButtonLink } from '#app/_components/ui/button.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import type { DeletionBlock } from '#lib/contracts/api/account.ts'

const REASONS = {
  dispute_open: {
    title: 'A payment is being disputed',
    text: 'Until the bank has decided, nobody knows whose money it is. Write to us if you think that it is settled.',
  },
  debt: {
    title: 'Your wallet owes money',
    text: 'A payment was taken back after its credits were spent. A top-up pays it first.',
  },
  refund_pending: {
    title: 'A refund is on its way to your card',
    text: 'Should your bank send it back, we must be able to give it to you. It usually takes minutes, at most ten days.',
  },
  payment_pending: {
    title: 'Your bank is still working on a payment',
    text: 'It arrives or fails within a few days. Delete your account after that.',
  },
  last_admin: {
    title: 'You are the only admin',
    text: 'Make someone else an admin first, or nobody could look after the service.',
  },
} as const satisfies Record<DeletionBlock, { title: string; text: string }>

/** Why it cannot be now. */
export function Blocks({ blocks }: { blocks: readonly DeletionBlock[] }) {
  return (
    <section aria-labelledby="not-yet" className="flex flex-col gap-3">
      <h2 id="not-yet" className="text-lg font-semibold">
        Not yet possible
      </h2>
      {blocks.map((block) => (
        <Notice
          key={block}
          tone="warning"
          title={REASONS[block].title}
          action={
            block === 'last_admin' ? null : (
              <ButtonLink size="sm" href="/wallet">
                Go to your wallet
              </ButtonLink>
            )
          }
        >
          {REASONS[block].text}
        </Notice>
      ))}
    </section>
  )
}
