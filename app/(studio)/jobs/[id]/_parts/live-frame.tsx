'use client'

import { useEffect, useState } from 'react'
import { Poster } from '#app/_components/video/poster.tsx'
import type { JobView } from '#lib/contracts/api/jobs.ts'

/** The latest finished frame. A new one replaces the old only when it has loaded, so the picture never blinks. */
export function LiveFrame({ job }: { job: JobView }) {
  const shown = useLoaded(job.live_frame_url)
  const { facts } = job.input
  return (
    <div className="relative bg-black" style={{ aspectRatio: facts ? facts.width / facts.height : 16 / 9 }}>
      {shown ? (
        // biome-ignore lint/performance/noImgElement: a picture that changes every few seconds is nothing for an image optimizer
        <img
          crossOrigin="anonymous"
          src={shown}
          alt={`Frame ${job.progress?.frame ?? ''} of the result`}
          className="size-full object-contain"
        />
      ) : (
        <div className="size-full opacity-60">
          <Poster posterUrl={job.input.poster_url} videoUrl={job.input.url} />
        </div>
      )}
      {shown ? (
        <span className="tabular absolute bottom-3 left-3 rounded-sm bg-[#0a100e]/85 px-2 py-1 text-xs font-semibold text-white">
          Latest frame
        </span>
      ) : null}
    </div>
  )
}

function useLoaded(url: string | null): string | null {
  const [shown, setShown] = useState<string | null>(null)
  useEffect(() => {
    if (!url) return
    const image = new Image()
    image.crossOrigin = 'anonymous'
    image.onload = () => setShown(url)
    image.src = url
    return () => {
      image.onload = null
    }
  }, [url])
  return shown
}
