'use client'

import { useApi } from '#app/_components/data/use-api.ts'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { DeletionPreview } from '#lib/contracts/api/account.ts'
import { Blocks } from './blocks.tsx'
import { ConfirmForm } from './confirm-form.tsx'
import { Consequences } from './consequences.tsx'
import { SignInAgain } from './sign-in-again.tsx'

export const PREVIEW_PATH = '/api/account/deletion'

/** What would happen, then the way to it: first what stands in the way, then who asks, then the confirmation. */
export function DeleteScreen({ email }: { email: string }) {
  const { data, error, mutate } = useApi(PREVIEW_PATH, DeletionPreview)
  if (error && !data) return <ErrorNotice error={error} onRetry={() => void mutate()} />
  if (!data) {
    return (
      <Loading label="Looking at what would be deleted">
        <Skeleton className="h-64 w-full max-w-3xl" />
        <Skeleton className="mt-6 h-48 w-full max-w-3xl" />
      </Loading>
    )
  }
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <Consequences preview={data} />
      {data.blocks.length > 0 ? (
        <Blocks blocks={data.blocks} />
      ) : data.signed_in_recently ? (
        <ConfirmForm email={email} preview={data} onOutdated={() => void mutate()} />
      ) : (
        <SignInAgain email={email} />
      )}
    </div>
  )
}
