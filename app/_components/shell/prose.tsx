import type { ReactNode } from 'react'

/** A page that is read from top to bottom: terms, privacy. */
export function Prose({ title, updated, children }: { title: string; updated: string; children: ReactNode }) {
  return (
    <article className="mx-auto w-full max-w-2xl px-4 pt-10 sm:px-8 sm:pt-16 [&_h2]:mt-10 [&_h2]:text-xl [&_h2]:font-semibold [&_li]:mt-1.5 [&_p]:mt-3 [&_p]:text-muted [&_ul]:mt-3 [&_ul]:list-disc [&_ul]:pl-5 [&_ul]:text-muted">
      <h1 className="text-headline font-extrabold">{title}</h1>
      <p>Last changed {updated}.</p>
      {children}
    </article>
  )
}
