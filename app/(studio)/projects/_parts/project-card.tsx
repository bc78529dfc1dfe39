'use client'

import { Copy, EllipsisVertical, RotateCcw, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { z } from 'zod'
import { callApi } from '#app/_components/api-client.ts'
import { explainError } from '#app/_components/error-messages.ts'
import { Ago } from '#app/_components/format/ago.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Menu, MenuItem } from '#app/_components/ui/menu.tsx'
import { Poster } from '#app/_components/video/poster.tsx'
import { type ProjectSummary, ProjectView } from '#lib/contracts/api/projects.ts'

/** A project on its shelf. Deleting needs no question: it can be undone for a month. */
export function ProjectCard({ project, onChanged }: { project: ProjectSummary; onChanged: () => void }) {
  const [error, setError] = useState<unknown>(null)
  const path = `/api/projects/${encodeURIComponent(project.id)}`
  const act = async (call: Promise<unknown>) => {
    setError(null)
    try {
      await call
      onChanged()
    } catch (problem) {
      setError(problem)
    }
  }
  const deleted = project.deleted_at_ms !== null
  return (
    <li className="group relative flex flex-col">
      <div className="relative aspect-video overflow-hidden rounded-lg bg-sunk ring-1 ring-line transition-shadow group-focus-within:ring-2 group-focus-within:ring-ball-text group-hover:ring-control">
        <Poster
          posterUrl={project.asset?.poster_url ?? null}
          videoUrl={project.asset?.state === 'ready' ? project.asset.url : null}
        />
      </div>
      <div className="flex items-start gap-1 pt-2.5">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-[0.95rem] font-semibold" title={project.name}>
            {deleted ? (
              project.name
            ) : (
              <Link
                href={`/studio/${project.id}`}
                className="outline-none after:absolute after:inset-0 after:rounded-lg"
              >
                {project.name}
              </Link>
            )}
          </h2>
          <p className="truncate text-sm text-muted">
            {error ? (
              <span role="alert" className="text-card">
                {explainError(error).title}
              </span>
            ) : (
              <>
                <Ago atMs={project.deleted_at_ms ?? project.updated_at_ms} />
                {project.asset ? null : ' · its video is gone'}
              </>
            )}
          </p>
        </div>
        <div className="relative z-10">
          {deleted ? (
            <Button size="sm" onClick={() => void act(callApi('POST', `${path}/restore`, ProjectView))}>
              <RotateCcw aria-hidden />
              Bring back
            </Button>
          ) : (
            <Menu
              trigger={
                <Button tone="quiet" size="sm" icon aria-label={`Actions for ${project.name}`}>
                  <EllipsisVertical aria-hidden />
                </Button>
              }
            >
              <MenuItem
                icon={<Copy aria-hidden />}
                onSelect={() => void act(callApi('POST', `${path}/copies`, ProjectView, {}))}
              >
                Duplicate
              </MenuItem>
              <MenuItem
                icon={<Trash2 aria-hidden />}
                danger
                onSelect={() => void act(callApi('DELETE', path, z.null()))}
              >
                Delete
              </MenuItem>
            </Menu>
          )}
        </div>
      </div>
    </li>
  )
}
