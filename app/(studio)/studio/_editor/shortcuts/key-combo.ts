/** A key with its modifiers, as one name: `Mod+Shift+Z`, `ArrowLeft`, `?`. `Mod` is ⌘ on Apple devices, Ctrl elsewhere. */
export type KeyCombo = string

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const ALONE = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified'])

/** Null while only modifiers are held. */
export function comboOf(event: Pressed): KeyCombo | null {
  if (ALONE.has(event.key)) return null
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
  // On letters and named keys Shift counts; on signs it is how the sign is typed ("?" needs it on some keyboards only).
  const shift = event.shiftKey && (key.length > 1 || /\p{L}/u.test(key))
  const mod = event.ctrlKey || event.metaKey
  return [mod ? 'Mod' : '', event.altKey ? 'Alt' : '', shift ? 'Shift' : '', key].filter(Boolean).join('+')
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Delete: 'Del',
  Backspace: '⌫',
}

/** The parts as they are printed on keys. */
export function comboKeys(combo: KeyCombo, apple: boolean): string[] {
  // A plus sign is a key, too.
  return combo.split(/\+(?!$)/).map((part) => {
    if (part === 'Mod') return apple ? '⌘' : 'Ctrl'
    if (part === 'Alt') return apple ? '⌥' : 'Alt'
    if (part === 'Shift') return apple ? '⇧' : 'Shift'
    return SHOWN[part] ?? part
  })
}
