import { z } from 'zod'
import { COMMAND_NAMES, COMMANDS, type CommandName } from './commands.ts'
import type { KeyCombo } from './key-combo.ts'

/** What the user changed; every other command has its own keys. An empty list: the command has no key. */
export type KeyChanges = Readonly<Partial<Record<CommandName, readonly KeyCombo[]>>>

const KEY = 'studio-keys'
const Stored = z.partialRecord(z.enum(COMMAND_NAMES), z.array(z.string().max(40)).max(4))

export function keysOf(name: CommandName, changes: KeyChanges): readonly KeyCombo[] {
  return changes[name] ?? COMMANDS[name].keys
}

/** Every key and what it does. */
export function keyMap(changes: KeyChanges): ReadonlyMap<KeyCombo, CommandName> {
  return new Map(COMMAND_NAMES.flatMap((name) => keysOf(name, changes).map((combo) => [combo, name] as const)))
}

/** Gives a key to a command; whoever had it loses it, so a key never means two things. */
export function assignKey(changes: KeyChanges, name: CommandName, combo: KeyCombo): KeyChanges {
  const owner = keyMap(changes).get(combo)
  const freed = owner && owner !== name ? { [owner]: keysOf(owner, changes).filter((key) => key !== combo) } : {}
  return { ...changes, ...freed, [name]: [combo] }
}

export function readKeyChanges(): KeyChanges {
  try {
    return Stored.catch({}).parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'))
  } catch {
    return {}
  }
}

export function storeKeyChanges(changes: KeyChanges): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(changes))
  } catch {
    // Without storage they last as long as the tab.
  }
}
