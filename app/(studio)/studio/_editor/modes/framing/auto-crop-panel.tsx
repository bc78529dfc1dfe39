'use client'

import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { shortFacts } from '#app/_components/asset/describe-facts.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { Field } from '#app/_components/ui/field.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import { Slider } from '#app/_components/ui/slider.tsx'
import { QuoteCard } from '#app/_components/upscale/quote-card.tsx'
import { RunQuote } from '#app/_components/upscale/run-quote.tsx'
import { useQuote } from '#app/_components/upscale/use-quote.ts'
import { useStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { useDocument, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { AnalysisList } from '#lib/contracts/api/jobs.ts'
import type { MediaFacts } from '#lib/contracts/media.ts'
import type { Aspect } from '#lib/contracts/project.ts'
import { cropSubjects, subjectOf } from './crop-subjects.ts'
import { EarlierPaths } from './earlier-paths.tsx'
import { FollowAutoCrop } from './follow-auto-crop.tsx'
import { framingOf } from './framing-state.ts'

/** Presigned addresses live an hour. */
const RENEW_MS = 45 * 60 * 1000

/** Lets the cloud follow the play, at a price; its keyframes become the project's. */
export function AutoCropPanel({ aspect }: { aspect: Exclude<Aspect, 'source'> }) {
  const { session, asset } = useStudio()
  const framing = framingOf(session)
  const awaited = useStore(framing, (state) => state.awaited)
  const taken = useStore(framing, (state) => state.taken)
  const [open, setOpen] = useState(false)
  const { data, mutate } = useApi(`/api/assets/${encodeURIComponent(asset.id)}/analyses`, AnalysisList, {
    refreshInterval: RENEW_MS,
  })
  if (awaited) return <FollowAutoCrop jobId={awaited} aspect={aspect} onEnded={() => void mutate()} />
  return (
    <section aria-label="Auto-crop" className="shrink-0 border-b border-line bg-raised">
      {taken ? <Taken {...taken} /> : null}
      <details className="group" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="flex h-13 items-center gap-2 px-4 text-sm font-semibold">
          <ChevronRight aria-hidden className="size-4 text-muted transition-transform group-open:rotate-90" />
          Auto-crop: let the camera follow the play
        </summary>
        {open ? (
          <div className="flex flex-col gap-4 px-4 pb-4">
            {asset.state === 'ready' && asset.facts ? (
              <Order facts={asset.facts} aspect={aspect} analyses={data?.analyses ?? []} />
            ) : (
              <p className="text-sm text-muted">The price comes as soon as the upload has finished. Go on framing.</p>
            )}
          </div>
        ) : null}
      </details>
      <EarlierPaths analyses={data?.analyses ?? []} />
    </section>
  )
}

function Taken({ keyframes, doubtful }: { keyframes: number; doubtful: number }) {
  return (
    <div className="p-3">
      <Notice tone="good" title={`The camera path is in: ${keyframes} ${keyframes === 1 ? 'keyframe' : 'keyframes'}`}>
        {doubtful === 0 ? 'It was sure of all of them.' : `${doubtful} of them it was not sure of; look at those.`} Undo
        brings back what was there before.
      </Notice>
    </div>
  )
}

interface Wishes {
  readonly subject: string
  readonly smoothing: number
  readonly padding: number
}

/** As the task has them (contracts/tasks/auto-crop.ts). */
const USUAL: Wishes = { subject: 'auto', smoothing: 80, padding: 20 }

function Order(props: { facts: MediaFacts; aspect: string; analyses: AnalysisList['analyses'] }) {
  const { facts, aspect, analyses } = props
  const { asset, session, source } = useStudio()
  const id = useId()
  const identities = useDocument((document) => document.tracks.identities)
  const [wishes, setWishes] = useState(USUAL)
  const newest = analyses.find(({ kind, product }) => kind === 'tracks' && product?.summary?.kind === 'tracks')
  const summary = newest?.product?.summary ?? null
  const tracks = summary?.kind === 'tracks' ? summary : null
  const subjects = cropSubjects(tracks, identities, source.fps)
  const params = {
    target_aspect: aspect,
    subject: subjectOf(wishes.subject),
    smoothing: wishes.smoothing / 100,
    padding: wishes.padding / 100,
    render: false,
  }
  const quote = useQuote(asset.id, params, 'auto_crop')
  return (
    <>
      <Field
        label="Follow"
        htmlFor={`${id}-subject`}
        hint={tracks ? undefined : 'To follow one player, have the players tracked first.'}
      >
        <Select
          id={`${id}-subject`}
          value={wishes.subject}
          options={subjects}
          onChange={(subject) => setWishes({ ...wishes, subject })}
        />
      </Field>
      <Percent
        label="Calm camera"
        value={wishes.smoothing}
        onChange={(smoothing) => setWishes({ ...wishes, smoothing })}
      />
      <Percent label="Room around" value={wishes.padding} onChange={(padding) => setWishes({ ...wishes, padding })} />
      <QuoteCard state={quote} input={shortFacts(facts)} />
      <RunQuote
        state={quote}
        back={`/studio/${session.projectId}`}
        label="Follow the play"
        onStarted={(job) => framingOf(session).set({ awaited: job.id, taken: null })}
      />
    </>
  )
}

function Percent({ label, value, onChange }: { label: string; value: number; onChange: (value: number) => void }) {
  const id = useId()
  return (
    <Field label={label} labelId={id} aside={`${value} %`}>
      <Slider
        label={label}
        value={value}
        min={0}
        max={100}
        step={5}
        inWords={(percent) => `${percent} percent`}
        onChange={onChange}
      />
    </Field>
  )
}
