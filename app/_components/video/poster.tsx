'use client'

import { Film } from 'lucide-react'
import { useState } from 'react'

/** A clip's still: its poster, else a frame the browser reads from the file, else a plain mark. Fills its box. */
export function Poster({ posterUrl, videoUrl }: { posterUrl: string | null; videoUrl: string | null }) {
  const [broken, setBroken] = useState(false)
  if (posterUrl && !broken) {
    return (
      // biome-ignore lint/performance/noImgElement: presigned addresses expire, so an image optimizer could keep nothing
      <img
        crossOrigin="anonymous"
        src={posterUrl}
        alt=""
        loading="lazy"
        onError={() => setBroken(true)}
        className="size-full object-cover"
      />
    )
  }
  if (videoUrl && !broken) {
    return (
      <video
        src={`${videoUrl}#t=0.5`}
        crossOrigin="anonymous"
        muted
        playsInline
        preload="metadata"
        tabIndex={-1}
        aria-hidden
        onError={() => setBroken(true)}
        className="pointer-events-none size-full object-cover"
      />
    )
  }
  return (
    <span className="grid size-full place-items-center bg-fill">
      <Film aria-hidden className="size-7 text-faint" />
    </span>
  )
}
