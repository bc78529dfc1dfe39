import { ButtonLink } from '#app/_components/ui/button.tsx'

const LIMITS = [
  {
    title: 'It does not invent',
    text: 'A number nobody could read on the shirt stays unreadable. Our own models sharpen what the camera saw; they do not make up faces.',
  },
  {
    title: 'Bad compression stays visible',
    text: 'A clip that went through three chat apps comes out cleaner, not new. The denoise control is there for that; more of it also softens grass.',
  },
  {
    title: 'The estimate is young',
    text: 'Until enough jobs are measured, quotes rest on reference figures and the ceiling is five times the estimate. You pay what is measured.',
  },
] as const

export function HonestLimits() {
  return (
    <section aria-labelledby="limits" className="mx-auto mt-28 w-full max-w-7xl px-4 sm:px-8">
      <h2 id="limits" className="text-headline font-bold">
        What it will not do
      </h2>
      <dl className="mt-10 grid gap-x-8 gap-y-10 sm:grid-cols-3">
        {LIMITS.map(({ title, text }) => (
          <div key={title} className="border-t-2 border-text pt-4">
            <dt className="text-lg font-semibold">{title}</dt>
            <dd className="mt-2 text-muted">{text}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-24 flex flex-wrap items-end justify-between gap-6 rounded-xl bg-ball p-8 text-on-ball sm:p-12">
        <p className="max-w-[16ch] text-headline font-extrabold">Got the clip? Bring it on.</p>
        <ButtonLink href="/sign-in?callbackUrl=%2Flibrary" tone="ink" size="lg">
          Upload a clip
        </ButtonLink>
      </div>
    </section>
  )
}
