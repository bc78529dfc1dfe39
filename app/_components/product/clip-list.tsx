'use client'

import { Download } from 'lucide-react'
import { useState } from 'react'
import { ButtonAnchor, ButtonLink } from '#app/_components/ui/button.tsx'
import { Player } from '#app/_components/video/player.tsx'
import type { ProductView } from '#lib/contracts/products.ts'

/** Separate clips: one plays, the others wait in the list. */
export function ClipList({ clips }: { clips: ProductView[] }) {
  // The addresses of the first answer stay: a renewed one would restart a playing video.
  const [urls] = useState(() => new Map(clips.map(({ id, url }) => [id, url])))
  const [chosen, setChosen] = useState(clips.find(({ url }) => url !== null)?.id)
  const shown = clips.find(({ id }) => id === chosen)
  const url = shown && urls.get(shown.id)
  return (
    <section aria-label="Clips" className="flex min-w-0 flex-col gap-4">
      {shown && url && shown.summary?.kind === 'clip' ? (
        <Player
          key={shown.id}
          src={url}
          name={shown.file_name}
          aspect={shown.summary.facts.width / shown.summary.facts.height}
        />
      ) : null}
      <ul className="rounded-xl border border-line bg-surface">
        {clips.map((clip) => (
          <ClipRow key={clip.id} clip={clip} playing={clip.id === chosen} onChoose={() => setChosen(clip.id)} />
        ))}
      </ul>
    </section>
  )
}

function ClipRow({ clip, playing, onChoose }: { clip: ProductView; playing: boolean; onChoose: () => void }) {
  const { summary } = clip
  const label = summary?.kind === 'clip' ? summary.clip.label : clip.file_name
  const length = summary?.kind === 'clip' ? `${summary.facts.duration_s.toFixed(1)} s` : ''
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3 first:border-0 sm:px-5">
      <button
        type="button"
        disabled={clip.url === null}
        aria-pressed={playing}
        onClick={onChoose}
        className="min-w-40 flex-1 rounded-sm text-left enabled:hover:text-ball-text disabled:text-faint aria-pressed:text-ball-text"
      >
        <span className="block truncate font-semibold">{label}</span>
        <span className="tabular text-sm text-muted">{clip.url === null ? 'deleted' : length}</span>
      </button>
      {clip.download_url ? (
        <span className="flex gap-2">
          <ButtonLink href={`/library/${clip.asset_id}`} size="sm" aria-label={`Open ${clip.file_name} in library`}>
            Open
          </ButtonLink>
          <ButtonAnchor href={clip.download_url} size="sm" aria-label={`Download ${clip.file_name}`}>
            <Download aria-hidden />
            Download
          </ButtonAnchor>
        </span>
      ) : null}
    </li>
  )
}
