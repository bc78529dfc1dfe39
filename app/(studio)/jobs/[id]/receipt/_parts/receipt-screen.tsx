'use client'

import { Printer } from 'lucide-react'
import { useApi } from '#app/_components/data/use-api.ts'
import { PageHeader } from '#app/_components/shell/page-header.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { Loading, Skeleton } from '#app/_components/ui/skeleton.tsx'
import { ReceiptView } from '#lib/contracts/api/jobs.ts'
import { ReceiptDocument } from './receipt-document.tsx'

export function ReceiptScreen({ jobId, email }: { jobId: string; email: string }) {
  const { data, error, mutate } = useApi(`/api/jobs/${encodeURIComponent(jobId)}/receipt`, ReceiptView)
  return (
    <>
      <PageHeader
        title="Receipt"
        back={{ href: `/jobs/${jobId}`, label: 'Job' }}
        actions={
          data ? (
            <Button size="sm" className="print:hidden" onClick={() => window.print()}>
              <Printer aria-hidden />
              Print
            </Button>
          ) : null
        }
      />
      {error && !data ? <ErrorNotice error={error} onRetry={() => void mutate()} /> : null}
      {!data && !error ? (
        <Loading label="Loading receipt">
          <Skeleton className="h-[36rem] max-w-3xl rounded-xl" />
        </Loading>
      ) : null}
      {data ? <ReceiptDocument receipt={data} email={email} /> : null}
    </>
  )
}
