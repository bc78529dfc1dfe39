'use client'

import { useEffect } from 'react'
import type { Studio } from '#app/(studio)/studio/_editor/session/use-studio.ts'
import { COMMANDS } from './commands.ts'
import { comboOf, type KeyCombo } from './key-combo.ts'
import { type KeyChanges, keyMap } from './key-map.ts'

/** Keys that a focused control needs for itself. */
const PRESSES = new Set(['Space', 'Enter'])
const MOVES = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'])

/** The studio's keys, wherever the focus is, unless what has the focus uses them. */
export function useShortcuts(studio: Studio, changes: KeyChanges): void {
  useEffect(() => {
    const keys = keyMap(changes)
    const onKeyDown = (event: KeyboardEvent) => {
      const combo = comboOf(event)
      if (!combo || event.defaultPrevented || isTaken(event.target, combo)) return
      const name = keys.get(combo)
      if (!name) return
      event.preventDefault()
      COMMANDS[name].run(studio)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [studio, changes])
}

function isTaken(target: EventTarget | null, combo: KeyCombo): boolean {
  if (!(target instanceof Element)) return false
  if (document.querySelector('dialog[open]')) return true
  if (target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]'))
    return !combo.startsWith('Mod+S')
  if (target.closest('[role=menu]')) return true
  if (PRESSES.has(combo)) return target.closest('button, a, summary, input, [role=radio]') !== null
  return MOVES.has(combo) && target.closest('[role=radio], [type=radio], [role=slider][data-orientation]') !== null
}
