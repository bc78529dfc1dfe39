'use client'

import { explainError } from '#app/_components/error-messages.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

/** Any thrown value in plain words, with a way to try again. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, advice } = explainError(error)
  return (
    <Notice
      tone="error"
      title={title}
      action={
        onRetry ? (
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
        ) : null
      }
    >
      {advice}
    </Notice>
  )
}
