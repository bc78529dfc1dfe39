import { BrokenJson, JsonSplitter, type Piece, parse } from './split-json.ts'

/** A data file that is not what its contract says. The message completes "the data file is unusable: …". */
export class UnusableData extends Error {}

/**
 * Walks through a data file without ever holding it: `opened` as for JsonSplitter. Throws UnusableData when the text is no JSON; `see` may
 * throw it, too.
 */
export async function walkData(
  chunks: AsyncIterable<string>,
  opened: ReadonlySet<string>,
  see: (piece: Piece) => void,
): Promise<void> {
  const splitter = new JsonSplitter(opened)
  try {
    for await (const chunk of chunks) for (const piece of splitter.push(chunk)) see(piece)
    splitter.finish()
  } catch (error) {
    if (error instanceof BrokenJson) throw new UnusableData(`it is not JSON (${error.message})`, { cause: error })
    throw error
  }
}

/** A contract's schema. */
interface Schema<Value> {
  safeParse(
    value: unknown,
  ): { success: true; data: Value } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } }
}

/** A piece's text by its contract. */
export function pieceAs<Value>(schema: Schema<Value>, text: string, path: string): Value {
  return dataAs(schema, parse(text), path)
}

export function dataAs<Value>(schema: Schema<Value>, value: unknown, path: string): Value {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const at = [path, ...(issue?.path ?? [])].join('.')
  throw new UnusableData(`${at}: ${issue?.message ?? 'not as agreed'}`)
}

/** `$.fps` → `fps`. */
export const keyOf = (path: string) => path.slice(2)
