import { expect, test } from 'vitest'
import { COMMAND_NAMES, COMMANDS } from './commands.ts'
import { comboKeys, comboOf } from './key-combo.ts'
import { assignKey, keyMap, keysOf } from './key-map.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  comboOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

test('no key means two things', () => {
  const keys = COMMAND_NAMES.flatMap((name) => [...COMMANDS[name].keys])
  expect(new Set(keys).size).toBe(keys.length)
})

test('the keys of the field are there', () => {
  const keys = keyMap({})
  const found = [
    'Space',
    'J',
    'K',
    'L',
    'I',
    'O',
    'ArrowLeft',
    'Shift+ArrowRight',
    '[',
    ']',
    'Mod+Z',
    'Mod+Shift+Z',
    '?',
  ]
  expect(found.map((combo) => keys.get(combo))).toEqual([
    'toggle',
    'back',
    'stop',
    'forward',
    'mark_in',
    'mark_out',
    'frame_back',
    'ten_on',
    'stop_before',
    'stop_after',
    'undo',
    'redo',
    'help',
  ])
})

test('Ctrl and ⌘ are one, Shift counts on letters but not on signs, modifiers alone are nothing', () => {
  expect([press('z', { ctrlKey: true }), press('Z', { metaKey: true, shiftKey: true })]).toEqual([
    'Mod+Z',
    'Mod+Shift+Z',
  ])
  expect([press('?', { shiftKey: true }), press(' '), press('Shift', { shiftKey: true })]).toEqual(['?', 'Space', null])
  expect(comboKeys('Mod+Shift+Z', true)).toEqual(['⌘', '⇧', 'Z'])
  expect(comboKeys('+', false)).toEqual(['+'])
})

test('a key given to another command leaves the one that had it', () => {
  const changes = assignKey({}, 'frame_on', 'J')
  expect([keysOf('frame_on', changes), keysOf('back', changes)]).toEqual([['J'], []])
  expect(keyMap(changes).get('J')).toBe('frame_on')
  expect(keyMap(changes).has('ArrowRight')).toBe(false)
})
