import { PitchLines } from '#app/_components/brand/pitch-lines.tsx'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { CompareVideo } from '#app/_components/video/compare-video.tsx'
import { HonestLimits } from './_sections/honest-limits.tsx'
import { HowItWorks } from './_sections/how-it-works.tsx'
import { PricePromise } from './_sections/price-promise.tsx'

export default function Landing() {
  return (
    <>
      <section className="relative mx-auto w-full max-w-7xl px-4 pt-6 sm:px-8 sm:pt-8">
        <PitchLines className="pointer-events-none absolute -top-24 right-0 -z-10 h-[46rem] text-line-strong/70 max-sm:-right-40 max-sm:opacity-60" />
        <h1 className="max-w-[13ch] text-display font-extrabold">Your match footage, sharp enough to post.</h1>
        <p className="mt-6 max-w-xl text-lg text-muted sm:text-xl">
          Upload the clip from the stands. A GPU you rent by the second rebuilds it at two or four times the size. You
          see the highest price first, and never pay more.
        </p>
        <div className="mt-8 flex flex-wrap gap-3">
          <ButtonLink href="/sign-in?callbackUrl=%2Flibrary" tone="primary" size="lg">
            Upload a clip
          </ButtonLink>
          <ButtonLink href="/pricing" size="lg">
            See the prices
          </ButtonLink>
        </div>
        <figure className="mt-10 sm:mt-12">
          <CompareVideo
            ambient
            aspect={16 / 9}
            startAt={46}
            before={{ src: '/sample/match-270p.mp4', poster: '/sample/match-270p.webp', label: 'Original, 270p' }}
            after={{ src: '/sample/match-1080p.mp4', poster: '/sample/match-1080p.webp', label: 'Upscaled, 1080p' }}
          />
          <figcaption className="mt-3 max-w-3xl text-sm text-muted">
            Drag the line. Left is the original (480 × 270) as your browser enlarges it; right is what our worker made
            of the same file with the model “Reel standard”, 4×, compressed once more so that this page loads quickly.
            We drew this match ourselves, so nobody’s broadcast rights are on show.
          </figcaption>
        </figure>
      </section>
      <HowItWorks />
      <PricePromise />
      <HonestLimits />
    </>
  )
}
