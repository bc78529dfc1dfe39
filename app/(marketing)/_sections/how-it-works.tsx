import { ShirtNumber } from '#app/_components/brand/shirt-number.tsx'

const STEPS = [
  {
    title: 'Upload from anywhere',
    text: 'Files up to 20 GB, straight from the phone or the laptop. Lose the connection or close the tab: it goes on where it stopped.',
  },
  {
    title: 'See the price',
    text: 'Choose 2× or 4×, a model and a codec. The quote says what comes out, what it will likely cost and the most it can cost.',
  },
  {
    title: 'Run it and watch',
    text: 'Follow frame by frame, with the cost so far. Cancel at a price you see first. Then compare, download, post.',
  },
] as const

export function HowItWorks() {
  return (
    <section aria-labelledby="how" className="mx-auto mt-28 w-full max-w-7xl px-4 sm:px-8">
      <h2 id="how" className="text-headline font-bold">
        Three touches to the goal
      </h2>
      <ol className="mt-10 grid gap-10 sm:grid-cols-3 sm:gap-8">
        {STEPS.map(({ title, text }, i) => (
          <li key={title}>
            <ShirtNumber number={i + 1} />
            <h3 className="mt-5 text-xl font-semibold">{title}</h3>
            <p className="mt-2 text-muted">{text}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}
