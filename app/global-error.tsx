'use client'

import './globals.css'

/** The last resort: the layout itself broke, so nothing of it can be used here. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto w-full max-w-2xl px-4 pt-[16vh]">
          <h1 className="text-headline font-extrabold">That one hit the post.</h1>
          <p className="mt-4 text-lg text-muted">
            ReelBallers broke on our side. Your clips, jobs and credits are safe.
          </p>
          <button
            type="button"
            onClick={reset}
            className="mt-8 rounded-md bg-ball px-5 py-3 font-semibold text-on-ball"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  )
}
