'use client'

import { Merge, Scissors, Sparkles } from 'lucide-react'
import { useId, useState } from 'react'
import { classNames } from '#app/_components/class-names.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { TextInput } from '#app/_components/ui/field.tsx'
import { useDocument, usePlayback, useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { formatTimecode } from '#app/(studio)/studio/_editor/timecode.ts'
import type { Player } from '#lib/core/project/players.ts'
import { highlightPlayer, mergePlayers, renamePlayer, splitPlayer } from './overlay-actions.ts'
import { playersOf } from './players-of.ts'

/** A row each costs time to draw; who is seen for longest comes first. */
const SHOWN = 60

/** Everyone that was found: pick, name, split, merge. */
export function PlayerList() {
  const tracks = useSession((state) => state.overlay.tracks)
  const selected = useSession((state) => state.overlay.player)
  const identities = useDocument((document) => document.tracks.identities)
  const [whole, setWhole] = useState(false)
  if (!tracks) return null
  const players = playersOf(tracks.packed, identities)
  const longest = players.toSorted((a, b) => lengthOf(b) - lengthOf(a))
  const shown = whole ? longest : longest.filter(({ id }, index) => index < SHOWN || id === selected)
  return (
    <section aria-labelledby="players-title" className="p-3">
      <h2 id="players-title" className="text-sm font-semibold">
        Players <span className="tabular ml-1 font-normal text-muted">{players.length}</span>
      </h2>
      <p className="mt-1 mb-2 text-xs text-muted">
        Tap someone in the picture, or pick them here.
        <span className="max-lg:hidden"> Keys: N for the next one, H to highlight.</span>
        {tracks.packed.motionOnly ? ' Found by movement alone, so some may be shadows or leaves.' : ''}
      </p>
      {players.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line-strong p-4 text-sm text-muted">
          Nobody was found in this video. Draw a highlight by hand instead.
        </p>
      ) : null}
      <ul className="flex flex-col gap-0.5">
        {shown.map((player) => (
          <li key={player.id}>
            <PlayerRow player={player} selected={player.id === selected} />
            {player.id === selected ? <PlayerForm player={player} players={players} /> : null}
          </li>
        ))}
      </ul>
      {shown.length < players.length ? (
        <Button size="sm" tone="quiet" className="mt-2 w-full" onClick={() => setWhole(true)}>
          Show all {players.length}
        </Button>
      ) : null}
      <p className="sr-only" aria-live="polite">
        {players.find(({ id }) => id === selected)?.name ?? ''}
      </p>
    </section>
  )
}

const lengthOf = ({ startFrame, endFrame }: Player) => endFrame - startFrame

function PlayerRow({ player, selected }: { player: Player; selected: boolean }) {
  const studio = useStudio()
  const clock = usePlayback((state) => state.clock)
  const highlighted = useDocument(({ highlights }) =>
    highlights.regions.some(({ follows }) => follows.kind === 'track' && follows.track_id === player.id),
  )
  const pick = () => {
    const { session, playback } = studio
    session.setOverlay({ player: player.id })
    const { frame } = playback.store.get()
    playback.pause()
    if (frame < player.startFrame || frame >= player.endFrame) playback.seekFrame(player.startFrame)
  }
  return (
    <div
      className={classNames(
        'flex min-h-12 items-center gap-1 pr-1',
        selected ? 'rounded-t-md bg-ball-wash' : 'rounded-md hover:bg-raised',
      )}
    >
      <button
        type="button"
        aria-current={selected || undefined}
        onClick={pick}
        className="min-w-0 flex-1 py-1.5 pl-3 text-left"
      >
        <span className="block truncate text-sm font-medium">{player.name}</span>
        <span className="tabular block text-xs text-muted">
          {formatTimecode(clock.timeOf(player.startFrame))} – {formatTimecode(clock.timeOf(player.endFrame))}
        </span>
      </button>
      <Button
        size="sm"
        tone={highlighted ? 'quiet' : 'secondary'}
        aria-label={highlighted ? `${player.name} is highlighted` : `Highlight ${player.name}`}
        onClick={() => highlightPlayer(studio, player)}
      >
        <Sparkles aria-hidden />
        {highlighted ? 'Highlighted' : 'Highlight'}
      </Button>
    </div>
  )
}

function PlayerForm({ player, players }: { player: Player; players: readonly Player[] }) {
  const studio = useStudio()
  const id = useId()
  const frame = usePlayback((state) => state.frame)
  const splittable = frame > player.startFrame && frame < player.endFrame
  return (
    <div className="flex flex-col gap-3 rounded-b-md bg-ball-wash px-3 pt-1 pb-3">
      <div>
        <label htmlFor={`${id}-name`} className="mb-1 block text-xs font-semibold">
          Name
        </label>
        <TextInput
          id={`${id}-name`}
          value={player.named ? player.name : ''}
          maxLength={60}
          placeholder={player.name}
          onChange={(event) => renamePlayer(studio, player.id, event.target.value, `player-name-${player.id}-${id}`)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
          }}
          className="text-sm"
        />
      </div>
      <Button
        size="sm"
        disabled={!splittable}
        title="Someone else from here on"
        onClick={() => splitPlayer(studio)}
        className="w-full"
      >
        <Scissors aria-hidden />
        Someone else from here on
      </Button>
      <MergeField player={player} players={players} />
    </div>
  )
}

/** Trackers lose people and find them again under another number: this puts both together. */
function MergeField({ player, players }: { player: Player; players: readonly Player[] }) {
  const studio = useStudio()
  const id = useId()
  const [other, setOther] = useState('')
  const others = players.filter((candidate) => candidate.id !== player.id)
  if (others.length === 0) return null
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs font-semibold">
        Is the same as
      </label>
      <div className="flex gap-2">
        <select
          id={id}
          value={other}
          onChange={(event) => setOther(event.target.value)}
          className="h-11 min-w-0 flex-1 rounded-md border border-control bg-surface px-2 text-sm"
        >
          <option value="">Choose…</option>
          {others.map((candidate) => (
            <option key={candidate.id} value={candidate.id}>
              {candidate.name}
            </option>
          ))}
        </select>
        <Button
          className="h-11"
          size="sm"
          disabled={other === ''}
          onClick={() => {
            mergePlayers(studio, [player.id, Number(other)])
            setOther('')
          }}
        >
          <Merge aria-hidden />
          Merge
        </Button>
      </div>
    </div>
  )
}
