import type { Metadata } from 'next'
import Link from 'next/link'
import { Prose } from '#app/_components/shell/prose.tsx'
import { RETENTION } from '#lib/contracts/api/uploads.ts'

export const metadata: Metadata = { title: 'Privacy' }

export default function Privacy() {
  return (
    <Prose title="Privacy" updated="20 November 2026">
      <h2>What we store</h2>
      <ul>
        <li>Your e-mail address and, if you or a sign-in provider tell us, your name.</li>
        <li>
          Your login sessions with the browser’s name and when they were last used, so that you can recognise and end
          them. Network addresses are counted for a day against abuse, and not kept with your account.
        </li>
        <li>
          Your videos: originals for {RETENTION.originalDays} days, results for {RETENTION.resultDays} days.
        </li>
        <li>Your projects, your jobs, and every movement of credits.</li>
        <li>If you save a card: its brand, last four digits and expiry. The number itself stays at Stripe.</li>
      </ul>
      <h2>What we do not do</h2>
      <ul>
        <li>No advertising, no analytics scripts, no cookies but the one that keeps you signed in.</li>
        <li>Your footage trains nothing and is shown to nobody.</li>
        <li>Card numbers never reach us; the payment page belongs to Stripe.</li>
      </ul>
      <h2>Who helps us</h2>
      <p>
        Cloudflare runs the site and stores the files, RunPod’s GPUs process them, Stripe takes payments, Resend
        delivers mail. Each gets only what that work needs. A GPU gets a link to one file that expires, and no access to
        your account.
      </p>
      <h2>Your rights</h2>
      <p>
        Delete a file and it is gone from storage. On your{' '}
        <Link href="/account" className="font-medium text-text underline underline-offset-4">
          account page
        </Link>{' '}
        you correct your name, download everything we store about you as one file, and delete your account; no person
        has to agree. Can you not sign in, or is something wrong? Answer any mail from us and a person will look at it
        within 30 days.
      </p>
      <h2>When you delete your account</h2>
      <ul>
        <li>At once: you are signed out everywhere, running jobs are canceled, your address and name are removed.</li>
        <li>
          Within minutes: your videos, results and projects are deleted. What machines were still working on is deleted
          within a day.
        </li>
        <li>
          Kept, as the law demands: the record of payments and credits, under a random number instead of your name and
          address. Stripe keeps its own record of payments.
        </li>
        <li>
          Kept against abuse: a fingerprint of the mailbox that had the credit of a first visit, so that nobody gets it
          twice. Without a secret key of ours the address cannot be found out from it.
        </li>
      </ul>
    </Prose>
  )
}
