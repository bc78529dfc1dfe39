import type { Metadata } from 'next'
import { Prose } from '#app/_components/shell/prose.tsx'
import { RETENTION } from '#lib/contracts/api/uploads.ts'

export const metadata: Metadata = { title: 'Terms' }

export default function Terms() {
  return (
    <Prose title="Terms" updated="20 November 2026">
      <h2>Your footage stays yours</h2>
      <p>
        You keep every right to what you upload and to what we make of it. You give us leave to store and process it for
        as long as it takes to do what you asked, and for nothing else.
      </p>
      <h2>What you may upload</h2>
      <p>
        Footage you filmed or may use. If children can be recognised, you need the consent of those responsible for
        them. No broadcasts you have no licence for, nothing unlawful. We remove what breaks this and may close the
        account.
      </p>
      <h2>Paying</h2>
      <ul>
        <li>One credit is one US cent. Credits you bought do not expire; promotional credits cannot be paid out.</li>
        <li>
          A job reserves the ceiling of its quote. You are charged what was measured, never more than that ceiling.
        </li>
        <li>If a job fails through our fault or for a reason in the file, the whole reservation is released.</li>
        <li>If you cancel, you pay for the seconds used, at most the price you saw when you confirmed.</li>
        <li>If a payment is disputed, your wallet is on hold until the dispute ends.</li>
      </ul>
      <h2>How long we keep files</h2>
      <p>
        Originals {RETENTION.originalDays} days, results {RETENTION.resultDays} days, at most{' '}
        {RETENTION.storageLimitBytes / 1024 ** 3} GB in all. Download what you want to keep. You can delete any file at
        any time.
      </p>
      <h2>What we do not promise</h2>
      <p>
        That a result looks the way you hoped: upscaling cannot bring back what the camera never saw. That the service
        is always there: we run on rented GPUs and sometimes they are all taken. Our liability ends at what you paid us
        in the last twelve months, where the law allows such a limit.
      </p>
    </Prose>
  )
}
