import Link from 'next/link'
import type { ReactNode } from 'react'
import { formatBytes } from '#app/_components/format/format-bytes.ts'
import type { DeletionPreview } from '#lib/contracts/api/account.ts'

const some = (count: number, one: string, many: string) => (count === 1 ? `One ${one}` : `${count} ${many}`)

export function Consequences({ preview }: { preview: DeletionPreview }) {
  return (
    <section aria-labelledby="happens" className="rounded-xl border border-line bg-surface p-5 sm:p-6">
      <h2 id="happens" className="text-lg font-semibold">
        What happens
      </h2>
      <ul className="mt-3 flex flex-col gap-3">
        <Item title="You are signed out everywhere, at once.">
          It cannot be undone. Your address is free again: sign up anew and you start with nothing.
        </Item>
        <Item
          title={
            preview.files > 0
              ? `${some(preview.files, 'video', 'videos')} (${formatBytes(preview.file_bytes)}), their results and all projects are deleted.`
              : 'All projects and whatever else you stored are deleted.'
          }
        >
          Want to keep something? <DataLink>Download your data</DataLink> first.
        </Item>
        {preview.live_jobs > 0 ? (
          <Item title={`${some(preview.live_jobs, 'job is', 'jobs are')} canceled.`}>
            You pay for the GPU time used until then, as with any cancel.
          </Item>
        ) : null}
        {preview.open_uploads > 0 ? (
          <Item title={`${some(preview.open_uploads, 'upload is', 'uploads are')} stopped.`} />
        ) : null}
        <Item title="Payments stay in our books, without your name and address.">
          The law demands that we keep them.
        </Item>
      </ul>
    </section>
  )
}

function Item({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <li className="border-l-2 border-line-strong pl-4">
      <p className="font-medium">{title}</p>
      {children ? <p className="text-sm text-muted">{children}</p> : null}
    </li>
  )
}

function DataLink({ children }: { children: ReactNode }) {
  return (
    <Link href="/account#export" className="font-medium text-text underline underline-offset-4">
      {children}
    </Link>
  )
}
