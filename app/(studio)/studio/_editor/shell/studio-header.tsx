'use client'

import { ChevronLeft, Ellipsis, History, Keyboard, Pencil, Redo2, Undo2 } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Menu, MenuItem } from '#app/_components/ui/menu.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { MODES, type ModeName } from '#app/(studio)/studio/_editor/modes/index.ts'
import { useSession, useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { EDIT_NAMES } from '#lib/core/project/describe-edit.ts'
import { RenameProjectDialog } from './rename-project-dialog.tsx'
import { SaveBadge } from './save-badge.tsx'

const MODE_NAMES = Object.keys(MODES) as ModeName[]

export function StudioHeader({ mode, onMode }: { mode: ModeName; onMode: (mode: ModeName) => void }) {
  const { ui, asset } = useStudio()
  const name = useSession((state) => state.name)
  const [renaming, setRenaming] = useState(false)
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line bg-surface pr-2 pl-1 sm:pr-3">
      <Link
        href={`/library/${asset.id}`}
        aria-label="Back to the clip in the library"
        className="grid size-10 shrink-0 place-items-center rounded-md text-muted hover:bg-raised hover:text-text"
      >
        <ChevronLeft aria-hidden className="size-5" />
      </Link>
      <h1 className="min-w-0 truncate text-[0.95rem] font-semibold" title={name}>
        {name}
      </h1>
      <SaveBadge />
      {MODE_NAMES.length > 1 ? (
        <div className="mx-auto max-md:hidden">
          <ModeSwitch mode={mode} onMode={onMode} />
        </div>
      ) : (
        <span className="mr-auto" />
      )}
      <UndoButtons />
      <Button
        tone="quiet"
        size="sm"
        icon
        className="max-sm:hidden"
        aria-label="Keys"
        title="Keys (?)"
        onClick={() => ui.set({ sheet: 'shortcuts' })}
      >
        <Keyboard aria-hidden />
      </Button>
      <Menu
        trigger={
          <Button tone="quiet" size="sm" icon aria-label="Project">
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setRenaming(true)}>
          Rename
        </MenuItem>
        <MenuItem icon={<History aria-hidden />} onSelect={() => ui.set({ sheet: 'versions' })}>
          Earlier versions
        </MenuItem>
        <MenuItem icon={<Keyboard aria-hidden />} onSelect={() => ui.set({ sheet: 'shortcuts' })}>
          Keys
        </MenuItem>
      </Menu>
      <RenameProjectDialog open={renaming} onOpenChange={setRenaming} />
    </header>
  )
}

/** Small screens have it in a row of its own, under the header. */
export function ModeSwitch({ mode, onMode }: { mode: ModeName; onMode: (mode: ModeName) => void }) {
  return (
    <Segmented
      label="Mode"
      value={mode}
      options={MODE_NAMES.map((value) => ({ value, label: MODES[value].label }))}
      onChange={onMode}
    />
  )
}

function UndoButtons() {
  const { session } = useStudio()
  const undoes = useSession((state) => state.history.past.at(-1)?.type)
  const redoes = useSession((state) => state.history.future[0]?.type)
  const undoLabel = undoes ? `Undo ${EDIT_NAMES[undoes]}` : 'Undo'
  const redoLabel = redoes ? `Redo ${EDIT_NAMES[redoes]}` : 'Redo'
  return (
    <>
      <Button
        tone="quiet"
        size="sm"
        icon
        aria-label={undoLabel}
        title={undoLabel}
        disabled={!undoes}
        onClick={() => session.undo()}
      >
        <Undo2 aria-hidden />
      </Button>
      <Button
        tone="quiet"
        size="sm"
        icon
        aria-label={redoLabel}
        title={redoLabel}
        disabled={!redoes}
        onClick={() => session.redo()}
      >
        <Redo2 aria-hidden />
      </Button>
    </>
  )
}
