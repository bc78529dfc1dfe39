import fc from 'fast-check'

/** Texts that have broken something somewhere: SQL, HTML, paths, spreadsheets, terminals, parsers. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202egpj.exe',
  '\ufeff',
  '👩‍👩‍👧‍👦'.repeat(20),
  'é'.repeat(300),
  'x'.repeat(5000),
  '../../etc/passwd',
  '..%2f..%2fusers',
  '%00',
  '%',
  "' OR 1=1 --",
  '"; DROP TABLE users; --',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '=HYPERLINK("https://evil.example","x")',
  '@SUM(1+1)*cmd|calc',
  '{{constructor.constructor("return 1")()}}',
  '\r\nSet-Cookie: session=x',
  'https://evil.example/',
  'javascript:alert(1)',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '-1',
  '1e309',
  '9007199254740993',
] as const

/** Parsed, not written as a literal: only so does the key become a property of its own. */
const POLLUTING = [
  '{"__proto__":{"role":"admin","polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":null,"valueOf":null,"hasOwnProperty":null}',
].map((text): unknown => JSON.parse(text))

export const hostileText = fc.constantFrom(...HOSTILE_TEXTS)

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, 0, -0, -1, 0.5, 1e308, -1e308, 2 ** 53, 2 ** 31, 4294967296, [], {}, [
    [],
  ]),
  fc.constantFrom(...POLLUTING),
  fc.jsonValue({ maxDepth: 4 }),
)

/** A value of the schema with one thing wrong: a part replaced, dropped, added, or wrapped. */
export function spoiled(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, fc.nat(1000), fc.constantFrom('replace', 'drop', 'add', 'wrap', 'pollute'), hostileValue)
    .map(([whole, at, how, hostile]) => spoil(structuredClone(whole), at, how, hostile))
}

function spoil(whole: unknown, at: number, how: string, hostile: unknown): unknown {
  if (how === 'wrap') return [whole]
  const places = placesIn(whole)
  const place = places[at % Math.max(1, places.length)]
  if (!place) return hostile
  if (how === 'replace') Object.assign(place.holder, { [place.key]: hostile })
  if (how === 'drop') Reflect.deleteProperty(place.holder, place.key)
  if (how === 'add') Object.assign(place.holder, { unknown_key: hostile })
  if (how === 'pollute') {
    const value = { role: 'admin', polluted: true }
    Object.defineProperty(place.holder, '__proto__', { value, enumerable: true, configurable: true })
  }
  return whole
}

/** Every property of every object and list in a JSON value. */
function placesIn(value: unknown): { holder: object; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, child]) => [{ holder: value, key }, ...placesIn(child)])
}

/** Bodies that are no JSON of the schema at all, as bytes. */
export const brokenBody: fc.Arbitrary<Uint8Array<ArrayBuffer>> = fc.oneof(
  fc
    .constantFrom(
      '',
      '{',
      '{"a":1',
      '{"a":1}{"b":2}',
      "{'a':1}",
      'NaN',
      '\u0000',
      '\ufeff{}',
      '[1,]',
      '"text"',
      '12',
      'null',
      'a=1&b=2',
      '<a/>',
      `${'['.repeat(5000)}${']'.repeat(5000)}`,
      `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
      `{"a":"${'\\u0000'.repeat(2000)}"}`,
      `{"${'k'.repeat(8000)}":1}`,
      `{${Array.from({ length: 1000 }, (_, n) => `"k${n}":${n}`).join(',')}}`,
    )
    .map((text) => new TextEncoder().encode(text)),
  fc.constantFrom([0xff, 0xfe], [0xc3], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x00]).map((bytes) => new Uint8Array(bytes)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
)
