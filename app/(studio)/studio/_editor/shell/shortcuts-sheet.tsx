'use client'

import { type KeyboardEvent, useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog } from '#app/_components/ui/dialog.tsx'
import { useStore } from '#app/(studio)/studio/_editor/session/store.ts'
import { useStudio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import {
  COMMAND_NAMES,
  COMMANDS,
  type Command,
  type CommandName,
} from '#app/(studio)/studio/_editor/shortcuts/commands.ts'
import { comboKeys, comboOf } from '#app/(studio)/studio/_editor/shortcuts/key-combo.ts'
import { assignKey, type KeyChanges, keysOf, storeKeyChanges } from '#app/(studio)/studio/_editor/shortcuts/key-map.ts'

const GROUPS = [
  'Playing',
  'Moving',
  'Clips',
  'Framing',
  'Overlay',
  'Project',
] as const satisfies readonly Command['group'][]

/** Every key, and how to choose another: press the button, then the key. */
export function ShortcutsSheet({
  changes,
  onChange,
}: {
  changes: KeyChanges
  onChange: (changes: KeyChanges) => void
}) {
  const { ui } = useStudio()
  const open = useStore(ui, (state) => state.sheet === 'shortcuts')
  const change = (next: KeyChanges) => {
    storeKeyChanges(next)
    onChange(next)
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(stays) => ui.set({ sheet: stays ? 'shortcuts' : null })}
      title="Keys"
      description="Press a key’s button to change it; Backspace then takes the key away."
      actions={
        <>
          <Button tone="quiet" disabled={Object.keys(changes).length === 0} onClick={() => change({})}>
            Reset all
          </Button>
          <Button onClick={() => ui.set({ sheet: null })}>Close</Button>
        </>
      }
    >
      <div className="flex max-h-[55dvh] flex-col gap-5 overflow-y-auto pr-1">
        {GROUPS.map((group) => (
          <section key={group} aria-label={group}>
            <h3 className="mb-1 text-sm font-semibold text-muted">{group}</h3>
            <ul>
              {COMMAND_NAMES.filter((name) => COMMANDS[name].group === group).map((name) => (
                <KeyRow key={name} name={name} changes={changes} onChange={change} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function KeyRow({
  name,
  changes,
  onChange,
}: {
  name: CommandName
  changes: KeyChanges
  onChange: (changes: KeyChanges) => void
}) {
  const [listening, setListening] = useState(false)
  const keys = keysOf(name, changes)
  const { label } = COMMANDS[name]
  const onKeyDown = (event: KeyboardEvent) => {
    const combo = comboOf(event.nativeEvent)
    if (!listening || !combo || combo === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    setListening(false)
    if (combo === 'Backspace') onChange({ ...changes, [name]: [] })
    else if (combo !== 'Escape') onChange(assignKey(changes, name, combo))
  }
  return (
    <li className="flex min-h-10 items-center justify-between gap-3 border-b border-line text-sm last:border-0">
      {label}
      <button
        type="button"
        aria-label={`${label}: ${listening ? 'press a key' : keys.length > 0 ? keys.join(' or ') : 'no key'}. Change`}
        onClick={() => setListening(true)}
        onBlur={() => setListening(false)}
        onKeyDown={onKeyDown}
        className="flex min-h-9 shrink-0 items-center gap-2 rounded-md px-2 hover:bg-raised"
      >
        {listening ? <span className="text-ball-text">Press a key…</span> : <Keys keys={keys} />}
      </button>
    </li>
  )
}

function Keys({ keys }: { keys: readonly string[] }) {
  const apple = /Mac|iPhone|iPad/.test(navigator.userAgent)
  if (keys.length === 0) return <span className="text-faint">none</span>
  return keys.map((combo) => (
    <span key={combo} className="flex gap-1">
      {comboKeys(combo, apple).map((key) => (
        <kbd
          key={key}
          className="grid h-6 min-w-6 place-items-center rounded-sm border border-line-strong bg-raised px-1.5 font-sans text-xs font-semibold"
        >
          {key}
        </kbd>
      ))}
    </span>
  ))
}
