'use client'

import { type DragEvent, type ReactNode, useRef, useState } from 'react'

/** The whole page takes files. Choosing with a button does the same, so nobody has to drag. */
export function DropArea({ onDrop, children }: { onDrop: (transfer: DataTransfer) => void; children: ReactNode }) {
  const depth = useRef(0)
  const [over, setOver] = useState(false)
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  const leave = () => {
    depth.current = Math.max(0, depth.current - 1)
    if (depth.current === 0) setOver(false)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a shortcut; the Upload button is the accessible way
    <div
      className="min-h-[70dvh]"
      onDragEnter={(event) => {
        if (!carriesFiles(event)) return
        depth.current += 1
        setOver(true)
      }}
      onDragOver={(event) => {
        if (carriesFiles(event)) event.preventDefault()
      }}
      onDragLeave={leave}
      onDrop={(event) => {
        event.preventDefault()
        depth.current = 0
        setOver(false)
        onDrop(event.dataTransfer)
      }}
    >
      {children}
      {over ? (
        <div className="pointer-events-none fixed inset-3 z-40 grid animate-fade place-items-center rounded-xl border-4 border-dashed border-ball bg-ball-wash/90">
          <p className="text-headline font-extrabold text-ball-text">Drop to upload</p>
        </div>
      ) : null}
    </div>
  )
}
