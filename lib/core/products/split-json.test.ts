import { expect, it } from 'vitest'
import { BrokenJson, JsonSplitter, type Piece } from './split-json.ts'

const OPENED = new Set(['$', '$.list', '$.list[]', '$.list[].inner'])

function pieces(text: string, chunk = text.length): Piece[] {
  const splitter = new JsonSplitter(OPENED)
  const found: Piece[] = []
  for (let at = 0; at < text.length; at += Math.max(1, chunk))
    found.push(...splitter.push(text.slice(at, at + Math.max(1, chunk))))
  splitter.finish()
  return found
}

const NESTED = JSON.stringify({
  name: 'a "quoted" \\ {brace} [bracket], comma: é\n',
  list: [{ id: 1, inner: [1, [2, 3], { deep: '}' }] }, 'loose', { inner: [] }, null],
  empty: {},
  last: -1500,
})

it('hands on every value once, in order, with its path', () => {
  expect(pieces(NESTED)).toEqual([
    { kind: 'open', path: '$' },
    { kind: 'value', path: '$.name', text: JSON.stringify(JSON.parse(NESTED).name) },
    { kind: 'open', path: '$.list' },
    { kind: 'open', path: '$.list[]' },
    { kind: 'value', path: '$.list[].id', text: '1' },
    { kind: 'open', path: '$.list[].inner' },
    { kind: 'elements', path: '$.list[].inner', text: '[1,[2,3],{"deep":"}"}]' },
    { kind: 'close', path: '$.list[].inner' },
    { kind: 'close', path: '$.list[]' },
    { kind: 'elements', path: '$.list', text: '["loose"]' },
    { kind: 'open', path: '$.list[]' },
    { kind: 'open', path: '$.list[].inner' },
    { kind: 'close', path: '$.list[].inner' },
    { kind: 'close', path: '$.list[]' },
    { kind: 'elements', path: '$.list', text: '[null]' },
    { kind: 'close', path: '$.list' },
    { kind: 'value', path: '$.empty', text: '{}' },
    { kind: 'value', path: '$.last', text: '-1500' },
    { kind: 'close', path: '$' },
  ])
})

it('finds the same pieces wherever the chunks end, and with spaces between', () => {
  const whole = pieces(NESTED)
  for (let chunk = 1; chunk < NESTED.length; chunk++) expect(pieces(NESTED, chunk)).toEqual(whole)
  const spaced = pieces(JSON.stringify(JSON.parse(NESTED), null, 2))
  expect(spaced.map(({ kind, path }) => `${kind} ${path}`)).toEqual(whole.map(({ kind, path }) => `${kind} ${path}`))
})

it.each([
  '',
  '{',
  '{"a":1',
  '{"a" 1}',
  '{"a":1,}',
  '{"a":1 "b":2}',
  '{a:1}',
  '{"":1}',
  '{"list":[1 2]}',
  '{} {}',
  '{"list":[1}',
])('refuses %s', (text) => {
  expect(() => pieces(text)).toThrow(BrokenJson)
})

it('refuses a value that is longer than anything it may hold', () => {
  expect(() => pieces(`{"name":"${'x'.repeat(2 * 1024 * 1024)}"}`, 65_536)).toThrow(BrokenJson)
})
