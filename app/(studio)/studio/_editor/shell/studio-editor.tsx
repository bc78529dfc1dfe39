'use client'

import { type CSSProperties, useEffect, useMemo, useState } from 'react'
import { MediaClient } from '#app/(studio)/studio/_editor/media/media-client.ts'
import type { MediaHeaders } from '#app/(studio)/studio/_editor/media/messages.ts'
import { MODES, type Mode, type ModeName } from '#app/(studio)/studio/_editor/modes/index.ts'
import { Playback } from '#app/(studio)/studio/_editor/player/playback.ts'
import { Stage } from '#app/(studio)/studio/_editor/player/stage.tsx'
import { TransportBar } from '#app/(studio)/studio/_editor/player/transport-bar.tsx'
import type { OpenedSession } from '#app/(studio)/studio/_editor/session/open-session.ts'
import { createStore, useStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { type Studio, StudioContext, type UiState } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { type KeyChanges, readKeyChanges } from '#app/(studio)/studio/_editor/shortcuts/key-map.ts'
import { useShortcuts } from '#app/(studio)/studio/_editor/shortcuts/use-shortcuts.ts'
import { Timeline } from '#app/(studio)/studio/_editor/timeline/timeline.tsx'
import type { AssetView } from '#lib/contracts/api/uploads.ts'
import { frameClock } from '#lib/core/project/frame-clock.ts'
import { ConflictDialog } from './conflict-dialog.tsx'
import { ShortcutsSheet } from './shortcuts-sheet.tsx'
import { ModeSwitch, StudioHeader } from './studio-header.tsx'
import { StudioNews } from './studio-news.tsx'
import { VersionsDialog } from './versions-dialog.tsx'

export type OpenedProject = Extract<OpenedSession, { session: unknown }>

/** Decoding the sound of a stored file means fetching all of it: worth it up to this size. */
const MAX_SOUND_BYTES = 400 * 1024 ** 2

/** The studio with everything it needs at hand. The parts talk through the session and the playback, not to each other. */
export function StudioEditor({
  opened,
  asset,
  file,
}: {
  opened: OpenedProject
  asset: AssetView
  file: File | undefined
}) {
  const origin = useOrigin(asset, file)
  const media = useMedia(asset, origin)
  return media ? <WithHeaders opened={opened} asset={asset} media={media} src={origin.src} /> : null
}

/** Stays with what it began with: a file that has arrived meanwhile is no reason to start the picture anew. */
function useOrigin(asset: AssetView, file: File | undefined) {
  const [origin] = useState(() => ({ file, url: asset.url ?? '' }))
  const src = useMemo(() => (origin.file ? URL.createObjectURL(origin.file) : origin.url), [origin])
  useEffect(() => {
    if (!origin.file) return undefined
    return () => URL.revokeObjectURL(src)
  }, [origin, src])
  return { ...origin, src }
}

function useMedia(asset: AssetView, { file, url }: { file: File | undefined; url: string }): MediaClient | null {
  const [media, setMedia] = useState<MediaClient | null>(null)
  const withSound = file !== undefined || asset.bytes <= MAX_SOUND_BYTES
  useEffect(() => {
    const client = new MediaClient({ origin: file ? { file } : { url }, bytes: asset.bytes, key: asset.id, withSound })
    setMedia(client)
    return () => client.close()
  }, [file, url, asset.bytes, asset.id, withSound])
  return media
}

/** Size and rate come from the server where it knows them, from the file itself before. */
function WithHeaders({
  opened,
  asset,
  media,
  src,
}: {
  opened: OpenedProject
  asset: AssetView
  media: MediaClient
  src: string
}) {
  const read = useStore(media.store, (state) => state.headers)
  const unreadable = useStore(media.store, (state) => state.problems.includes('file'))
  const facts = asset.facts ?? (read && factsOf(read)) ?? (unreadable ? UNKNOWN : null)
  const studio = useStudioParts(opened, asset, media, facts)
  if (!studio) return null
  return (
    <StudioContext.Provider value={studio}>
      <Layout studio={studio} src={src} renewedSrc={asset.url} />
    </StudioContext.Provider>
  )
}

type Facts = { readonly width: number; readonly height: number; readonly fps: number; readonly duration_s: number }
const UNKNOWN: Facts = { width: 1920, height: 1080, fps: 30, duration_s: 0 }

function factsOf({ width, height, fps, durationS }: MediaHeaders): Facts {
  return { width, height, fps, duration_s: durationS }
}

function useStudioParts(
  opened: OpenedProject,
  asset: AssetView,
  media: MediaClient,
  facts: Facts | null,
): Studio | null {
  const [playback, setPlayback] = useState<Playback | null>(null)
  const [ui] = useState(() => createStore<UiState>({ sheet: null }))
  const [timeline] = useState<Studio['timeline']>(() => ({ controls: null }))
  useEffect(() => {
    if (facts) setPlayback((known) => known ?? new Playback(facts.duration_s, facts.fps))
  }, [facts])
  useEffect(() => {
    if (!playback) return undefined
    const take = () => {
      const { frames } = media.store.get()
      if (frames && !playback.store.get().clock.exact) playback.takeClock(frameClock(frames.times, frames.endS))
    }
    take()
    return media.store.subscribe(take)
  }, [media, playback])
  const { width, height, fps } = facts ?? UNKNOWN
  const { session } = opened
  return useMemo(
    () => playback && { session, playback, media, ui, timeline, asset, source: { width, height, fps } },
    [session, playback, media, ui, timeline, asset, width, height, fps],
  )
}

function Layout({ studio, src, renewedSrc }: { studio: Studio; src: string; renewedSrc: string | null }) {
  const [mode, setMode] = useState<ModeName>('annotate')
  const [keys, setKeys] = useState<KeyChanges>(readKeyChanges)
  useShortcuts(studio, keys)
  useSafeLeaving(studio)
  const { Panel, Overlay }: Mode = MODES[mode]
  const { width, height } = studio.source
  return (
    <div className="flex min-h-dvh flex-col lg:h-dvh lg:min-h-0">
      <StudioHeader mode={mode} onMode={setMode} />
      <div className="border-b border-line bg-surface px-3 py-1.5 md:hidden">
        <ModeSwitch mode={mode} onMode={setMode} />
      </div>
      <div className="flex min-h-0 flex-1 flex-col lg:grid lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[minmax(0,1fr)_auto]">
        <div className="flex min-h-0 flex-col max-lg:sticky max-lg:top-0 max-lg:z-20">
          <div
            className="flex min-h-0 flex-1 flex-col max-lg:h-[min(40dvh,var(--whole))] max-lg:flex-none"
            style={{ '--whole': `${(100 * height) / width}vw` } as CSSProperties}
          >
            <Stage src={src} renewedSrc={renewedSrc} overlay={Overlay ? <Overlay /> : null} />
          </div>
          <TransportBar />
        </div>
        <div className="flex min-h-0 flex-col border-line bg-surface max-lg:order-3 max-lg:border-t lg:border-l">
          <Panel />
        </div>
        <div className="min-w-0 max-lg:order-2 lg:col-span-2">
          <Timeline />
        </div>
      </div>
      <StudioNews />
      <ConflictDialog />
      <ShortcutsSheet changes={keys} onChange={setKeys} />
      <VersionsDialog />
    </div>
  )
}

/** Whatever is not sent yet is sent when the tab is hidden or left, and when the network is back. */
function useSafeLeaving({ session }: Studio): void {
  useEffect(() => {
    const flush = () => session.flush()
    const hidden = () => {
      if (document.hidden) flush()
    }
    document.addEventListener('visibilitychange', hidden)
    window.addEventListener('pagehide', flush)
    window.addEventListener('online', flush)
    return () => {
      document.removeEventListener('visibilitychange', hidden)
      window.removeEventListener('pagehide', flush)
      window.removeEventListener('online', flush)
    }
  }, [session])
}
