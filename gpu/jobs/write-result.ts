import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** Characters that are handed to the compressor at a time: the text of a long match's tracks would not fit one string. */
const CHUNK_CHARACTERS = 1 << 16

/** Writes a bulky result as gzip JSON into the job's folder; answers the file's path. `value` is JSON already: numbers, strings, arrays, plain objects. */
export async function writeResult(workDir: string, value: unknown): Promise<string> {
  const path = join(workDir, 'result.json.gz')
  await pipeline(Readable.from(chunked(jsonParts(value))), createGzip({ level: 6 }), createWriteStream(path))
  return path
}

/** Arrays are written element by element, so that no string is ever as long as the file. */
function* jsonParts(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield '['
    for (const [index, entry] of value.entries()) {
      if (index > 0) yield ','
      yield* jsonParts(entry)
    }
    yield ']'
  } else if (typeof value === 'object' && value !== null) {
    yield '{'
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
    for (const [index, [key, entry]] of entries.entries()) {
      yield `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`
      yield* jsonParts(entry)
    }
    yield '}'
  } else yield JSON.stringify(value)
}

function* chunked(parts: Iterable<string>): Generator<string> {
  let text = ''
  for (const part of parts) {
    text += part
    if (text.length < CHUNK_CHARACTERS) continue
    yield text
    text = ''
  }
  yield text
}
