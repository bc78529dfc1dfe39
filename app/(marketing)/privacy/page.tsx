import type { Metadata } from 'next'
import { Prose } from '#app/_components/shell/prose.tsx'
import { RETENTION } from '#lib/contracts/api/uploads.ts'

export const metadata: Metadata = { title: 'Privacy' }

export default function Privacy() {
  return (
    <Prose title="Privacy" updated="20 November 2026">
      <h2>What we store</h2>
      <ul>
        <li>Your e-mail address and, if a sign-in provider tells us, your name.</li>
        <li>Your login sessions with the browser’s name, so that you can recognise and end them.</li>
        <li>
          Your videos: originals for {RETENTION.originalDays} days, results for {RETENTION.resultDays} days.
        </li>
        <li>Your jobs, and every movement of credits. Financial records are kept as long as the law demands.</li>
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
        Delete a file and it is gone from storage. To see, correct, export or delete everything we hold about you,
        answer any mail from us and a person will do it within 30 days.
      </p>
    </Prose>
  )
}
