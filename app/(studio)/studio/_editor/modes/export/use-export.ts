'use client'

import { useMemo } from 'react'
import { isLive } from '#app/_components/data/poll-delay.ts'
import { useApi } from '#app/_components/data/use-api.ts'
import { useDocument, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { JobList } from '#lib/contracts/api/jobs.ts'
import type { ProjectDocument } from '#lib/contracts/project.ts'
import type { ExportParams } from '#lib/contracts/tasks/render.ts'
import { followedTracks } from '#lib/core/jobs/followed-tracks.ts'
import type { ProjectSource } from '#lib/core/project/project-crop-path.ts'
import { type TaskObstacle, toTaskRequest } from '#lib/core/project/to-task-request.ts'

export interface ExportOrder {
  readonly params: ExportParams
  /** The job whose tracks the highlights go by; undefined where none follows a player. */
  readonly tracksJobId: string | undefined
}

/** What to order for a project as it is now, or what it lacks. */
export function exportOrder(
  document: ProjectDocument,
  source: ProjectSource,
): ExportOrder | { readonly obstacle: TaskObstacle } {
  const made = toTaskRequest(document, 'export', source)
  if ('obstacle' in made) return made
  const { request } = made
  if (request.task !== 'export') throw new Error('an export was asked for')
  const follows = followedTracks(request).length > 0
  return { params: request.params, tracksJobId: follows ? (document.tracks.asset_id ?? undefined) : undefined }
}

export function useExportOrder(): ReturnType<typeof exportOrder> {
  const { source } = useStudio()
  const document = useDocument((whole) => whole)
  return useMemo(() => exportOrder(document, source), [document, source])
}

const LIVE_MS = 4000

/** Exports of this video, newest first, whoever's tab ordered them: what a reload finds again. */
export function useExports() {
  const { asset } = useStudio()
  const path = asset.state === 'ready' ? `/api/jobs?asset_id=${encodeURIComponent(asset.id)}` : null
  const { data, mutate } = useApi(path, JobList, {
    refreshInterval: (list) => (list?.jobs.some(({ state }) => isLive(state)) ? LIVE_MS : 0),
  })
  const jobs = useMemo(() => (data?.jobs ?? []).filter(({ task }) => task === 'export'), [data])
  return { jobs, refresh: () => void mutate() }
}
