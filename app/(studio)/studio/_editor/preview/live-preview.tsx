'use client'

import { useEffect, useRef, useState } from 'react'
import { classNames } from '#app/_components/class-names.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { PreviewScene } from '#lib/core/project/preview-scene.ts'
import { frameColour } from '#lib/preview/compose/frame-colour.ts'
import { PreviewCanvas } from '#lib/preview/compose/preview-canvas.ts'

/**
 * The frame at the playhead as the export will show it, drawn by the export's own compositor. Follows the playback and every change of the
 * scene. `scene` must be the same object while nothing changes. The canvas fills the box it is put in, in the shape of the output. `over`: it
 * lies over the picture itself, which is seen until there is something to show, and instead of it where the browser cannot.
 */
export function LivePreview({ scene, label, over = false }: { scene: PreviewScene; label: string; over?: boolean }) {
  const { playback } = useStudio()
  const box = useRef<HTMLDivElement>(null)
  const feed = useRef<PreviewFeed | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    const host = box.current
    if (!host) return undefined
    // Made by hand: a canvas can be given to a worker once, and React may run an effect twice on one element.
    const canvas = document.createElement('canvas')
    canvas.className = 'absolute inset-0 size-full object-contain'
    host.append(canvas)
    const opened = new PreviewFeed(canvas, () => setFailed(true))
    feed.current = opened
    const stop = playback.watchPictures((video, frame) => opened.take(video, frame))
    return () => {
      stop()
      opened.close()
      canvas.remove()
      feed.current = null
    }
  }, [playback])
  useEffect(() => {
    feed.current?.setScene(scene)
    playback.showAgain()
  }, [playback, scene])
  return (
    <div
      ref={box}
      role="img"
      aria-label={label}
      className={classNames('relative size-full overflow-hidden', !over && 'bg-black', over && failed && 'hidden')}
    >
      {failed && !over ? (
        <p className="absolute inset-0 grid place-items-center p-4 text-center text-xs text-[#a3b5ac]">
          This browser cannot show the result live. The export is not affected.
        </p>
      ) : null}
    </div>
  )
}

/** Hands pictures of the video element to the composing worker, once their colours are known. */
class PreviewFeed {
  readonly #canvas: PreviewCanvas
  readonly #onFailed: () => void
  #scene: PreviewScene | undefined
  #sent: PreviewScene | undefined

  constructor(canvas: HTMLCanvasElement, onFailed: () => void) {
    this.#onFailed = onFailed
    this.#canvas = new PreviewCanvas(canvas, { onFailed })
  }

  setScene(scene: PreviewScene): void {
    this.#scene = scene
  }

  take(video: HTMLVideoElement, index: number): void {
    const scene = this.#scene
    if (!scene) return
    let frame: VideoFrame
    try {
      frame = new VideoFrame(video)
    } catch {
      // Nothing decoded yet, or a browser without WebCodecs: the latter never shows anything.
      if (typeof VideoFrame === 'undefined') this.#onFailed()
      return
    }
    if (this.#sent !== scene) {
      const { matrix, range } = frameColour(frame.colorSpace, scene.source)
      this.#canvas.setScene({ ...scene, matrix }, range)
      this.#sent = scene
    }
    this.#canvas.show(frame, index)
  }

  close(): void {
    this.#canvas.close()
  }
}
