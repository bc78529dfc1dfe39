'use client'

import { Button, ButtonLink } from '#app/_components/ui/button.tsx'

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main id="main" className="mx-auto w-full max-w-2xl px-4 pt-[16vh] sm:px-8">
      <h1 className="text-headline font-extrabold">That one hit the post.</h1>
      <p className="mt-4 text-lg text-muted">
        This page broke on our side. Your clips, jobs and credits are not affected.
        {error.digest ? ` If you write to us, mention ${error.digest}.` : ''}
      </p>
      <div className="mt-8 flex flex-wrap gap-3">
        <Button tone="primary" onClick={reset}>
          Try again
        </Button>
        <ButtonLink href="/library">Go to your library</ButtonLink>
      </div>
    </main>
  )
}
