'use client'

import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import type { Rectangle } from '#lib/contracts/geometry.ts'
import { keyframeAt } from '#lib/core/project/crop-keyframes.ts'
import { type PreviewScene, previewScene } from '#lib/core/project/preview-scene.ts'
import { projectCropPath } from '#lib/core/project/project-crop-path.ts'
import { createCropSampler } from '#lib/core/render/crop-path.ts'

/** The crop at the playhead; null where nothing is cropped. The path is made anew only when the project's crop changes. */
export function useCrop(): Rectangle | null {
  const { source } = useStudio()
  const crop = useDocument((document) => document.crop)
  const frame = usePlayback((state) => state.frame)
  const sampler = useMemo(() => {
    const path = crop.fill === 'fit' ? null : projectCropPath(crop, source)
    return path && createCropSampler(path, source)
  }, [crop, source])
  return sampler?.at(frame) ?? null
}

/** What the export will show; players' highlights are shown in their own mode. */
export function useFramingScene(): PreviewScene {
  const { source } = useStudio()
  const document = useDocument((whole) => whole)
  const { crop, highlights, tracks, export: settings } = document
  // biome-ignore lint/correctness/useExhaustiveDependencies: clips are no part of a scene, so marking one makes no new scene
  return useMemo(() => previewScene(document, source, undefined), [crop, highlights, tracks, settings, source])
}

/** While framing, the keyframe under the playhead is the selected one, so that keys and fields are about what one sees. */
export function useSelectedAtPlayhead(): void {
  const { session } = useStudio()
  const frame = usePlayback((state) => (state.playing ? -1 : state.frame))
  const keyframes = useDocument((document) => document.crop.keyframes)
  const selected = useSession((state) => state.keyframes)
  useEffect(() => {
    const here = keyframeAt(keyframes, frame)
    if (here && !selected.includes(frame)) session.selectKeyframes([frame])
    if (!here && selected.length > 0) session.selectKeyframes([])
  }, [session, frame, keyframes, selected])
  useEffect(() => () => session.selectKeyframes([]), [session])
}

const WIDE = '(min-width: 64rem)'

/** Whether source and result fit beside each other. */
export function useWideScreen(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(WIDE)
      query.addEventListener('change', changed)
      return () => query.removeEventListener('change', changed)
    },
    () => matchMedia(WIDE).matches,
    () => true,
  )
}
