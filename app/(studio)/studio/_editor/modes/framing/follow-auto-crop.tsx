'use client'

import { useEffect, useRef, useState } from 'react'
import { useJob } from '#app/_components/data/use-job.ts'
import { spokenProgress, stageSentence } from '#app/_components/job/stages.ts'
import { Button, ButtonLink } from '#app/_components/ui/button.tsx'
import { ErrorNotice } from '#app/_components/ui/error-notice.tsx'
import { LiveRegion } from '#app/_components/ui/live-region.tsx'
import { Notice } from '#app/_components/ui/notice.tsx'
import { PitchProgress } from '#app/_components/ui/pitch-progress.tsx'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { JobView } from '#lib/contracts/api/jobs.ts'
import { AppError } from '#lib/contracts/errors.ts'
import { takeCropPath } from './framing-actions.ts'
import { framingOf } from './framing-state.ts'
import { readCropPath } from './read-crop-path.ts'

/** An auto-crop that was ordered here: how far it is, and its path as soon as it is there. */
export function FollowAutoCrop({ jobId, aspect, onEnded }: { jobId: string; aspect: string; onEnded: () => void }) {
  const { session } = useStudio()
  const { data: job, error, mutate } = useJob(jobId)
  const { problem, retry } = useTaking(job, aspect, onEnded)
  const leave = () => {
    onEnded()
    framingOf(session).set({ awaited: null })
  }
  return (
    <section aria-label="Auto-crop" className="flex shrink-0 flex-col gap-3 border-b border-line bg-raised p-4">
      {error && !job ? <ErrorNotice error={error} onRetry={() => void mutate()} /> : null}
      {problem ? <ErrorNotice error={problem} onRetry={() => void mutate().then(retry)} /> : null}
      {job?.state === 'failed' ? (
        <>
          <ErrorNotice error={new AppError(job.failure?.code ?? 'internal', job.failure?.message ?? '')} />
          <p className="text-sm text-muted">
            {job.cost.captured_micros ? '' : 'You paid nothing. '}Your own keyframes are as they were.
          </p>
        </>
      ) : null}
      {job?.state === 'canceled' ? <Notice tone="info" title="This auto-crop was cancelled" /> : null}
      {problem || error || job?.state === 'failed' || job?.state === 'canceled' ? (
        <Button size="sm" className="self-start" onClick={leave}>
          Back to auto-crop
        </Button>
      ) : (
        <Running job={job} />
      )}
    </section>
  )
}

function Running({ job }: { job: JobView | undefined }) {
  const progress = job?.progress ?? null
  const done = job?.state === 'succeeded'
  const sentence = done ? 'Fetching the camera path' : progress ? stageSentence(progress) : 'Handing over to the GPU'
  return (
    <>
      <LiveRegion>{progress ? spokenProgress(progress) : ''}</LiveRegion>
      <div className="flex items-baseline justify-between gap-3 text-sm">
        <p className="font-semibold">{sentence}</p>
        <p className="tabular text-muted">{progress ? `${Math.round(progress.percent)} %` : ''}</p>
      </div>
      <PitchProgress percent={done ? 100 : (progress?.percent ?? 0)} label="Auto-crop" size="sm" />
      <p className="text-sm text-muted">
        Go on working; the camera path comes in by itself. Keyframes you set yourself stay.
      </p>
      {job ? (
        <ButtonLink href={`/jobs/${job.id}`} size="sm" tone="quiet" className="self-start">
          Cost, or cancel
        </ButtonLink>
      ) : null}
    </>
  )
}

/** Takes the path once, whatever is asked for again meanwhile. */
function useTaking(job: JobView | undefined, aspect: string, onEnded: () => void) {
  const studio = useStudio()
  const [problem, setProblem] = useState<unknown>(null)
  const [round, setRound] = useState(0)
  const product = job?.state === 'succeeded' ? job.products.find(({ kind }) => kind === 'crop_path') : undefined
  const latest = useRef({ product, aspect, onEnded })
  latest.current = { product, aspect, onEnded }
  const ready = product?.job_id
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round tries again
  useEffect(() => {
    const { product: found } = latest.current
    if (!ready || !found) return undefined
    let left = false
    setProblem(null)
    readCropPath(found).then(
      (result) => {
        if (left) return
        if (!takeCropPath(studio, ready, targetAspect(job) ?? latest.current.aspect, result))
          setProblem(new AppError('limit_exceeded', 'more keyframes than a project holds'))
        else latest.current.onEnded()
      },
      (error: unknown) => {
        if (!left) setProblem(error)
      },
    )
    return () => {
      left = true
    }
  }, [studio, ready, round])
  return { problem, retry: () => setRound((n) => n + 1) }
}

function targetAspect(job: JobView | undefined): string | undefined {
  const value = job?.params.target_aspect
  return typeof value === 'string' ? value : undefined
}
