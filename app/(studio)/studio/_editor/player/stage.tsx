'use client'

import { type ReactNode, useEffect, useRef, useState } from 'react'
import { usePlayback, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'

/** The picture. `overlay` is what a mode draws over it, in a box of exactly the picture's size. */
export function Stage({ src, renewedSrc, overlay }: { src: string; renewedSrc: string | null; overlay?: ReactNode }) {
  const { playback, source, asset } = useStudio()
  const video = useRef<HTMLVideoElement>(null)
  const [address, setAddress] = useState(src)
  const { playing, broken, ready } = {
    playing: usePlayback((state) => state.playing),
    broken: usePlayback((state) => state.broken),
    ready: usePlayback((state) => state.ready),
  }
  const ratio = source.width / source.height
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address is a new video to hold on to
  useEffect(() => (video.current ? playback.attach(video.current) : undefined), [playback, address])
  // Stored files have addresses that expire: the renewed one is taken when the old one fails, not before.
  useEffect(() => {
    if (broken && renewedSrc && renewedSrc !== address) setAddress(renewedSrc)
  }, [broken, renewedSrc, address])
  return (
    <div className="grid min-h-0 flex-1 place-items-center overflow-hidden bg-black [container-type:size]">
      <div className="relative" style={{ aspectRatio: ratio, width: `min(100cqw, ${ratio * 100}cqh)` }}>
        {/* biome-ignore lint/a11y/useMediaCaption: footage people filmed themselves; nobody has captions of it */}
        <video
          ref={video}
          key={address}
          src={address}
          crossOrigin="anonymous"
          playsInline
          preload="auto"
          tabIndex={-1}
          aria-label={asset.file_name}
          className="absolute inset-0 size-full object-contain"
        />
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          className="absolute inset-0 size-full cursor-default"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => playback.toggle()}
        />
        {overlay}
        {broken ? (
          <p
            role="alert"
            className="absolute inset-0 grid place-items-center bg-black p-6 text-center text-sm text-[#a3b5ac]"
          >
            This browser cannot play the file. Marks and settings still work and will be rendered from the original.
          </p>
        ) : null}
        {!ready && !broken && !playing ? (
          <p className="absolute inset-x-0 bottom-3 text-center text-sm text-[#a3b5ac]">Loading the picture…</p>
        ) : null}
      </div>
    </div>
  )
}
