'use client'

import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { useSave } from './use-save.ts'

export function RemoveCardDialog({ onClose, removeCard }: { onClose: () => void; removeCard: () => Promise<void> }) {
  const { busy, error, save } = useSave(onClose)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Remove this card?"
      description="Automatic top-up is switched off, and Stripe forgets the card. Your credits stay."
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button tone="danger" busy={busy} onClick={() => void save(removeCard)}>
            Remove card
          </Button>
        </>
      }
    >
      {error ? <ErrorNotice error={error} /> : null}
    </Dialog>
  )
}
