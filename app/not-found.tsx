import { PitchLines } from '#app/_components/brand/pitch-lines.tsx'
import { SiteHeader } from '#app/_components/shell/site-header.tsx'
import { ButtonLink } from '#app/_components/ui/button.tsx'

export default function NotFound() {
  return (
    <div className="relative min-h-dvh overflow-hidden">
      <PitchLines className="pointer-events-none absolute top-1/2 right-0 -z-10 h-[120%] -translate-y-1/2 text-line-strong/60" />
      <SiteHeader />
      <main id="main" className="mx-auto w-full max-w-7xl px-4 pt-[12vh] sm:px-8">
        <h1 className="text-display font-extrabold">Out of play.</h1>
        <p className="mt-5 max-w-md text-lg text-muted">
          There is no page at this address (404). It may have moved, or the link lost a piece on its way.
        </p>
        <div className="mt-8 flex flex-wrap gap-3">
          <ButtonLink href="/library" tone="primary">
            Go to your library
          </ButtonLink>
          <ButtonLink href="/">Home</ButtonLink>
        </div>
      </main>
    </div>
  )
}
