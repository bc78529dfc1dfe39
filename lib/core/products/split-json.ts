/** A part of a JSON text, in reading order. Paths are like `$.tracks[].frames`. */
export type Piece =
  | { readonly kind: 'open' | 'close'; readonly path: string }
  | { readonly kind: 'value'; readonly path: string; readonly text: string }
  /** Some neighbouring elements of an opened array, as the text of an array. */
  | { readonly kind: 'elements'; readonly path: string; readonly text: string }

/** The text is not JSON, or one of its values is longer than is read at once. */
export class BrokenJson extends Error {}

/** Elements are handed on when they come to this much text. */
const ELEMENTS_CHARACTERS = 64 * 1024
/** The longest single value. */
const MAX_VALUE_CHARACTERS = 1024 * 1024

interface Container {
  readonly path: string
  readonly isArray: boolean
  /** What may come next. */
  expects: 'first' | 'item' | 'colon' | 'separator'
  key: string
}

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const COLON = 58
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125]

/**
 * Cuts a JSON text that comes in chunks into pieces that fit into memory: the containers at `opened` are entered, everything else is handed on
 * as text for `JSON.parse`, which has the last word on it. Follows RFC 8259's grammar of containers. Throws BrokenJson.
 */
export class JsonSplitter {
  readonly #opened: ReadonlySet<string>
  readonly #stack: Container[] = []
  #ended = false
  /** The value being read: its text so far, and where in it the reader is. */
  #text = ''
  #reading: 'nothing' | 'string' | 'container' | 'literal' = 'nothing'
  #depth = 0
  #inString = false
  #escaped = false
  #elements: string[] = []
  #elementsLength = 0

  constructor(opened: ReadonlySet<string>) {
    this.#opened = opened
  }

  *push(chunk: string): Generator<Piece> {
    let at = 0
    while (at < chunk.length) {
      if (!this.#isReading()) {
        yield* this.#step(chunk.charCodeAt(at))
        // A value's first character is read again as part of the value.
        if (!this.#isReading()) at += 1
        continue
      }
      const end = this.#endOfValue(chunk, at)
      this.#text += chunk.slice(at, end)
      if (this.#text.length > MAX_VALUE_CHARACTERS) throw new BrokenJson('a value is too long')
      at = end
      if (!this.#isReading()) yield* this.#valueRead()
    }
  }

  #isReading(): boolean {
    return this.#reading !== 'nothing'
  }

  /** Call after the last chunk. */
  finish(): void {
    if (!this.#ended) throw new BrokenJson('the text ends early')
  }

  *#step(code: number): Generator<Piece> {
    if (code === 32 || code === 10 || code === 13 || code === 9) return
    const top = this.#stack.at(-1)
    if (this.#ended) throw new BrokenJson('text after the end')
    if (top?.expects === 'colon') {
      if (code !== COLON) throw new BrokenJson('a colon is missing')
      top.expects = 'item'
      return
    }
    if (top && (top.expects === 'separator' || top.expects === 'first')) {
      if (code === (top.isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) return yield* this.#leave(top)
      if (top.expects === 'separator') {
        if (code !== COMMA) throw new BrokenJson('a comma is missing')
        top.expects = 'item'
        top.key = ''
        return
      }
    }
    if (top && !top.isArray && top.key === '') {
      if (code !== QUOTE) throw new BrokenJson('a key is missing')
      this.#begin('string')
      return
    }
    yield* this.#value(code)
  }

  *#value(code: number): Generator<Piece> {
    const path = this.#itemPath()
    const isContainer = code === OPEN_ARRAY || code === OPEN_OBJECT
    if (isContainer && this.#opened.has(path)) {
      yield* this.#flush()
      this.#stack.push({ path, isArray: code === OPEN_ARRAY, expects: 'first', key: '' })
      yield { kind: 'open', path }
      return
    }
    this.#begin(code === QUOTE ? 'string' : isContainer ? 'container' : 'literal')
  }

  #begin(what: 'string' | 'container' | 'literal'): void {
    this.#reading = what
    this.#text = ''
    this.#depth = 0
    this.#inString = false
    this.#escaped = false
  }

  #itemPath(): string {
    const top = this.#stack.at(-1)
    if (!top) return '$'
    return top.isArray ? `${top.path}[]` : `${top.path}.${top.key}`
  }

  *#leave(top: Container): Generator<Piece> {
    yield* this.#flush()
    this.#stack.pop()
    yield { kind: 'close', path: top.path }
    this.#itemDone()
  }

  #itemDone(): void {
    const top = this.#stack.at(-1)
    if (top) top.expects = 'separator'
    else this.#ended = true
  }

  *#valueRead(): Generator<Piece> {
    const top = this.#stack.at(-1)
    const text = this.#text
    if (top && !top.isArray && top.key === '') {
      const key = parse(text)
      if (typeof key !== 'string' || key === '') throw new BrokenJson('a key is empty')
      top.key = key
      top.expects = 'colon'
      return
    }
    if (top?.isArray) {
      this.#elements.push(text)
      this.#elementsLength += text.length
      if (this.#elementsLength >= ELEMENTS_CHARACTERS) yield* this.#flush()
    } else yield { kind: 'value', path: this.#itemPath(), text }
    this.#itemDone()
  }

  *#flush(): Generator<Piece> {
    const top = this.#stack.at(-1)
    if (!top || this.#elements.length === 0) return
    yield { kind: 'elements', path: top.path, text: `[${this.#elements.join(',')}]` }
    this.#elements = []
    this.#elementsLength = 0
  }

  /** Where in the chunk the value ends, exclusive; `#reading` becomes `nothing` when it does. */
  #endOfValue(chunk: string, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at)
      if (this.#reading === 'literal') {
        if (code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT || code <= 32) return this.#ends(at)
      } else if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (code === BACKSLASH) this.#escaped = true
        else if (code === QUOTE) {
          this.#inString = false
          if (this.#reading === 'string') return this.#ends(at + 1)
        }
      } else if (code === QUOTE) this.#inString = true
      else if (code === OPEN_ARRAY || code === OPEN_OBJECT) this.#depth += 1
      else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
        this.#depth -= 1
        if (this.#depth === 0) return this.#ends(at + 1)
      }
    }
    return chunk.length
  }

  #ends(at: number): number {
    this.#reading = 'nothing'
    return at
  }
}

/** `JSON.parse` that throws BrokenJson. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BrokenJson('a value is not JSON', { cause })
  }
}
